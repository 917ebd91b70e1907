/** The first message to a colleague; from then on it is a room like any other. */

import { useEffect } from "preact/hooks";

import { write } from "../actions.ts";
import { me, view } from "../desk.ts";
import { AreaField, Form } from "../parts/field.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { go } from "../router.ts";
import { words } from "../words.ts";
import { roomWith } from "./order.ts";

const TEXT_MOST = 4_000;

export function Colleague({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { user = "" } = params;
  const seen = view.value;
  const known = seen?.roster.some((one) => one.user === user) && user !== me.value?.user;
  const room = seen && roomWith(seen, user);
  useEffect(() => {
    if (room) go("room", { room: room.room }, true);
  }, [room]);
  const state = !seen ? "connecting" : known ? "first" : "unknown";
  return (
    <Screen name="colleague" state={state} title={words.writeTo(user)}>
      {state === "unknown" && <Empty title={words.noColleague} />}
      {state === "first" && (
        <>
          <Empty title={words.firstMessage(user)} />
          <Form send={(given) => write(user, String(given.get("body")))} label={words.send}>
            <AreaField
              label={words.messageTo(user)}
              name="body"
              required
              rows={3}
              maxLength={TEXT_MOST}
            />
          </Form>
        </>
      )}
    </Screen>
  );
}
