import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { WIDGET } from "../tools/bundles.ts";
import { type Catalogue, LAUNCHER } from "../tools/words.ts";

const english = WIDGET.catalogues.get("en")!;
const PAGE = new URL("../../widget/page.ts", import.meta.url);

/** Every text of a catalogue, by its key; those of a table by both. */
function texts(all: Catalogue): Map<string, string> {
  const pairs = Object.entries(all).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[key, value] as const]
      : Object.entries(value).map(([name, text]) => [`${key}.${name}`, text] as const),
  );
  return new Map(pairs);
}

test("there are catalogues, English among them", () => {
  assert.deepEqual([...WIDGET.catalogues.keys()], ["ar", "de", "en"]);
});

for (const [lang, all] of WIDGET.catalogues) {
  test(`${lang} has the words that there are in English, and no others`, () => {
    assert.deepEqual(Object.keys(all), Object.keys(english));
    assert.deepEqual(Object.keys(all.refused!), Object.keys(english.refused!));
    for (const [key, text] of texts(all)) assert.ok(text.trim() === text && text, key);
  });

  test(`${lang} has a form for every number, as its plural goes`, () => {
    const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    assert.deepEqual(Object.keys(all.ahead!).sort(), [...forms].sort());
  });

  test(`${lang} leaves a place where there is something to put`, () => {
    for (const key of ["waited", "talking", "typing"]) {
      assert.equal((all[key] as string).split("{}").length, 2, key);
    }
    for (const [key, text] of texts(all)) {
      const isHole = ["waited", "talking", "typing"].includes(key) || key.startsWith("ahead.");
      assert.ok(isHole || !/[{}]/.test(text), `${key}: ${text}`);
    }
    // Where a form fits one number alone, the number may be a word.
    for (const [form, text] of Object.entries(all.ahead!)) {
      const fits = (count: number) => new Intl.PluralRules(lang).select(count) === form;
      const many = Array.from({ length: 200 }, (_, count) => count).filter(fits).length;
      assert.ok(many === 1 || text.includes("{}"), `${form}: ${text}`);
    }
  });
}

test("every word is said somewhere", () => {
  const said = new Set<string>([...WIDGET.spoken, ...WIDGET.written, ...LAUNCHER]);
  assert.deepEqual([...said].sort(), Object.keys(english).sort());
});

test("the parts that scripts know stand in the page", () => {
  const told = [...readFileSync(PAGE, "utf8").matchAll(/^ {2}readonly (\w+): HTML/gm)];

  assert.ok(told.length > 20);
  for (const [, id] of told) assert.ok(WIDGET.ids.includes(id!), id);
});

test("what a catalogue says is text in the page, whatever it is", () => {
  const words = { ...english, ask: '<b>&"{title}' };
  const catalogues = WIDGET.catalogues as Map<string, Catalogue>;
  catalogues.set("xx", { ...words, next: "</script><script>" });
  const page = WIDGET.page("xx");
  catalogues.delete("xx");

  assert.ok(page.includes("&#60;b&#62;&#38;&#34;&#123;title&#125;"));
  assert.equal(page.split("<script").length, 3);
  assert.equal(page.split("</script>").length, 3);
});
