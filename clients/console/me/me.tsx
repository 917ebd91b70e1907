/** What is one's own: whether one is available, how many guests, what makes a sound; and the way out. */

import { useSignal } from "@preact/signals";

import { setAvailable } from "../actions.ts";
import { desk, me, view } from "../desk.ts";
import { Limit } from "../floor/team.tsx";
import { isSheetOpen } from "../keys.ts";
import { Button } from "../parts/button.tsx";
import { Switch } from "../parts/field.tsx";
import { Screen } from "../parts/screen.tsx";
import { type Preference, prefer, preference } from "../preferences.ts";
import { to } from "../router.ts";
import { signOut, who } from "../session.ts";
import { chime, isSilenced } from "../sound.ts";
import { words } from "../words.ts";

export function Me() {
  const own = view.value?.roster.find((one) => one.user === me.value?.user);
  const several = who.value.is === "somebody" && who.value.desks.length > 1;
  return (
    <Screen name="me" state="shown" title={me.value?.user ?? words.me}>
      {own && (
        <section class="own">
          <Switch
            label={words.availability}
            on={own.status === "available"}
            turn={(on) => setAvailable(on)}
          />
          <p class="row">
            <span id="limit">{words.ownLimit}</span> <Limit user={own.user} limit={own.limit} />
          </p>
          <p class="hint">{words.ownLimitHint}</p>
        </section>
      )}
      <Signs />
      <section>
        <h2>{words.keys}</h2>
        <Preferred name="singleKeys" label={words.singleKeys} />
        <p class="hint">{words.singleKeysHint}</p>
        <Button
          press={() => {
            isSheetOpen.value = true;
          }}
        >
          {words.keys}
        </Button>
      </section>
      <section class="row">
        {several && (
          <a class="button" href={to("desks")}>
            {words.desk}: {desk.value}
          </a>
        )}
        <Button press={signOut}>{words.signOut}</Button>
      </section>
    </Screen>
  );
}

function Signs() {
  const isTried = useSignal(false);
  const tryIt = () => {
    chime("soundQueue");
    isTried.value = true;
  };
  return (
    <section aria-labelledby="signs">
      <h2 id="signs">{words.signs}</h2>
      <Preferred name="soundQueue" label={words.soundQueue} />
      <Preferred name="soundGiven" label={words.soundGiven} />
      <Preferred name="soundMessage" label={words.soundMessage} />
      <p class="hint">{words.soundHint}</p>
      <p class="row">
        <Button press={tryIt}>{words.soundTry}</Button>
        {isTried.value && isSilenced() && <span class="hint">{words.soundBlocked}</span>}
      </p>
      <Notifications />
    </section>
  );
}

function Preferred({ name, label }: { readonly name: Preference; readonly label: string }) {
  const on = preference(name).value;
  return (
    <div>
      <Switch label={label} on={on} turn={(now) => prefer(name, now)} />
    </div>
  );
}

/** Asked for by a press, and never by itself. */
function Notifications() {
  const isThere = "Notification" in window;
  const permission = useSignal(isThere ? Notification.permission : "denied");
  const ask = async () => {
    permission.value = await Notification.requestPermission();
  };
  return (
    <>
      <h3>{words.notifications}</h3>
      <p class="hint">
        {!isThere
          ? words.notificationsNone
          : permission.value === "denied"
            ? words.notificationsDenied
            : words.notificationsOn}
      </p>
      {permission.value === "default" && <Button press={ask}>{words.notificationsAsk}</Button>}
    </>
  );
}
