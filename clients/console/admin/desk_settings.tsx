/** The settings of the desk. Each is saved as it is changed; what comes of it is said beside it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { useRead } from "../api.ts";
import { desk } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { AreaField, ChoiceField, Switch, TextField } from "../parts/field.tsx";
import { Loaded } from "../parts/notice.tsx";
import { to } from "../router.ts";
import { refusal } from "../words.ts";
import { said, wanted, words } from "./desk_words.ts";
import { Page } from "./page.tsx";
import { change, current, inkOn, type Setting, type Value } from "./settings.ts";

export function DeskSettings() {
  const { settings } = words;
  const [found, again] = useRead<readonly Setting[]>("/settings");
  return (
    <Page name="desk_settings" state="listed">
      <p class="hint">{settings.saved(desk.value)}</p>
      <Loaded of={found} again={again} draw={(all) => <Groups all={all} />} />
      <p class="row">
        <a href={to("sites")}>{words.sites.title}</a>
        <a href={to("site_keys")}>{words.keys.title}</a>
        <a href={to("snippet")}>{words.snippet.title}</a>
      </p>
    </Page>
  );
}

function Groups({ all }: { readonly all: readonly Setting[] }) {
  const { groups, others, elsewhere } = words.settings;
  const known = [...elsewhere, ...groups.flatMap(([, names]) => names)];
  const rest = all.map((one) => one.name).filter((name) => !known.includes(name));
  const shown = [...groups, [others, rest] as const];
  return (
    <>
      {shown.map(([title, names]) => {
        const inside = names.flatMap((name) => all.find((one) => one.name === name) ?? []);
        return (
          inside.length > 0 && (
            <section key={title} class="group" aria-label={title}>
              <h2>{title}</h2>
              {inside.map((one) => (
                <Row key={one.name} setting={one} />
              ))}
              {names.includes("color") && <Face all={all} />}
            </section>
          )
        );
      })}
    </>
  );
}

type Told = { readonly is: "quiet" | "saving" | "saved" } | { is: "refused"; why: string };

function Row({ setting }: { readonly setting: Setting }) {
  const value = current(setting);
  const draft = useSignal(String(value));
  const told = useSignal<Told>({ is: "quiet" });
  // What somebody else has set, and how the server writes what was given.
  useEffect(() => {
    draft.value = String(value);
  }, [value]);
  const save = async (now: Value) => {
    told.value = { is: "saving" };
    if (typeof now === "number" && !Number.isInteger(now)) {
      told.value = { is: "refused", why: wanted(setting) };
      return;
    }
    const code = await change(setting.name, now);
    if (!code) told.value = { is: "saved" };
    else
      told.value = { is: "refused", why: code === "malformed" ? wanted(setting) : refusal(code) };
  };
  const problem = told.value.is === "refused" ? told.value.why : undefined;
  return (
    <div class="setting" data-setting={setting.name}>
      <Control
        {...{ setting, value, problem, save }}
        draft={draft.value}
        type={(text) => (draft.value = text)}
      />
      <span role="status" class={`told ${told.value.is}`}>
        {words.told[told.value.is]}
      </span>
    </div>
  );
}

function Control(props: {
  readonly setting: Setting;
  readonly value: Value;
  readonly draft: string;
  readonly problem: string | undefined;
  readonly type: (text: string) => void;
  readonly save: (value: Value) => unknown;
}) {
  const { setting, value, draft, problem, type, save } = props;
  const { kind, unit, least, most, options } = setting;
  const [label, help] = said(setting);
  const { settings } = words;
  const hint = [help, unit && `${settings.units[unit] ?? unit}.`].filter(Boolean).join(" ");
  const about = { label, hint, problem, value: draft };
  switch (kind) {
    case "switch":
      return (
        <div>
          <Switch label={label} on={value === true} turn={save} />
          <p class="hint">{help}</p>
          {problem && <p class="problem">{problem}</p>}
        </div>
      );
    case "choice":
      return (
        <ChoiceField
          {...about}
          options={(options ?? []).map((one) => [one, settings.options[one] ?? one])}
          onChange={(event) => save(event.currentTarget.value)}
        />
      );
    case "color":
      return <Color {...{ label, help, problem, draft, type, save }} />;
    case "number":
      return (
        <TextField
          {...about}
          type="number"
          inputMode="numeric"
          min={least ?? undefined}
          max={most ?? undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => save(event.currentTarget.valueAsNumber)}
        />
      );
    case "lines":
      return (
        <AreaField
          {...about}
          rows={4}
          maxLength={most ?? undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => save(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextField
          {...about}
          maxLength={most ?? undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => save(event.currentTarget.value)}
        />
      );
  }
}

/** A browser's own field for a colour has always one: that there is none is said by a button. */
function Color(props: {
  readonly label: string;
  readonly help: string;
  readonly problem: string | undefined;
  readonly draft: string;
  readonly type: (text: string) => void;
  readonly save: (value: Value) => unknown;
}) {
  const { label, help, problem, draft, type, save } = props;
  return (
    <div class="row">
      <TextField
        label={label}
        hint={help}
        problem={problem}
        type="color"
        value={draft || words.tint}
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => save(event.currentTarget.value)}
      />
      {draft && <Button press={() => save("")}>{words.settings.ours}</Button>}
    </div>
  );
}

/** What guests will see of the first settings, as far as it can be shown without a guest. */
function Face({ all }: { readonly all: readonly Setting[] }) {
  const { settings, tint } = words;
  const of = (name: string) => {
    const found = all.find((one) => one.name === name);
    return found ? String(current(found)) : "";
  };
  const background = of("color") || tint;
  const style = { background, color: inkOn(background) };
  return (
    <figure>
      <figcaption class="hint">{settings.preview}</figcaption>
      <div class="face">
        <p class="bar" style={style}>
          {of("title") || settings.untitled}
        </p>
        {of("greeting") && <p class="greeting">{of("greeting")}</p>}
        <p>
          <span class="ask" style={style}>
            {settings.ask}
          </span>
        </p>
      </div>
    </figure>
  );
}
