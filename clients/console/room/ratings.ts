/** What guests said of how it was, for rooms that are still looked at; and to whom it was said. */

import { onEvent } from "../desk.ts";
import { remembered } from "../person.ts";
import { tell, told } from "../told.ts";
import { words } from "../words.ts";

/** By room, 1 to 5. */
export const ratings = remembered<ReadonlyMap<string, number>>(new Map());

/** More rooms than anybody keeps open after the end. */
const MOST = 100;

/** Begins to listen. */
export function hearRatings(): void {
  onEvent((event, before) => {
    if (event.type !== "floor") return;
    if (event.what === "erased") {
      const left = [...ratings.value].filter(([room]) => !event.rooms.includes(room));
      ratings.value = new Map(left);
    } else if (event.what === "rated") {
      const { room, user, rating, agent } = event;
      const others = [...ratings.value].filter(([one]) => one !== room);
      ratings.value = new Map([...others, [room, rating] as const].slice(-MOST));
      // What went wrong stays to be read.
      if (agent === before.me.user && told.value?.kind !== "bad") {
        tell("note", words.ratedBy(user, rating));
      }
    }
  });
}
