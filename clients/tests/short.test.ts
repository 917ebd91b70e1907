import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import type { follow as Follow, Mine } from "../model/mine.ts";
import { GUESTS, made } from "../tools/bundles.ts";
import { NAMES } from "../tools/short.ts";
import type { Event } from "../wire/events.ts";
import { BACKLOG, type Seen } from "../wire/view.ts";

const CLIENTS = new URL("../../", import.meta.url);
const FIXTURES = new URL("../wire/fixtures/", CLIENTS);

/** Every name that stands before a colon, a question mark or a parenthesis: those of properties. */
const named = (text: string) =>
  new Set([...text.matchAll(/\b(\w+)(?=\??[:(])/g)].map(([, name]) => name!));

test("a name that is written shorter is nobody else's", () => {
  const wire = readdirSync(new URL("wire/", CLIENTS)).map((name) =>
    readFileSync(new URL(`wire/${name}`, CLIENTS), "utf8"),
  );
  // The compiler's libraries, in the folder of this machine's kind.
  const compilers = new URL("node_modules/@typescript/", CLIENTS);
  const [machine] = readdirSync(compilers);
  const library = new URL(`${machine}/lib/`, compilers);
  const libraries = readdirSync(library).filter((name) => /^lib\..*\.d\.ts$/.test(name));
  const theirs = libraries.map((name) => readFileSync(new URL(name, library), "utf8"));
  const taken = named([...wire, ...theirs].join("\n"));

  assert.ok(libraries.length > 50 && taken.has("addEventListener"), "the libraries were found");
  assert.deepEqual(
    NAMES.filter((name) => taken.has(name)),
    [],
  );
});

test("what is built follows a conversation as the sources do", async () => {
  const contents = 'export { follow } from "./model/mine.ts";';
  const stdin = { contents, resolveDir: fileURLToPath(CLIENTS) };
  const [bundle] = await made({ ...GUESTS, stdin, format: "esm" });
  const code = new TextDecoder().decode(bundle!.contents);
  const { follow } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    follow: typeof Follow;
  };
  let guests = 0;
  for (const file of ["scenes.json", "days.json"]) {
    const fixtures = JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8")) as readonly {
      readonly viewer: string;
      readonly before: Seen;
      readonly events: readonly Event[];
      readonly after: Seen;
    }[];
    for (const { before, events, after } of fixtures.filter(({ viewer }) => viewer === "guest")) {
      const mine = events.reduce(follow, before.rooms[0] as Mine | undefined);
      const open = mine?.over === undefined ? mine : undefined;
      const room = after.rooms[0];
      assert.deepEqual([open?.room, open?.agent], [room?.room, room?.agent]);
      const texts = (one: Pick<Mine, "messages"> | undefined) =>
        one?.messages.slice(-BACKLOG).map(({ body }) => body);
      assert.deepEqual(texts(open), texts(room));
      guests++;
    }
  }
  assert.ok(guests > 10);
});
