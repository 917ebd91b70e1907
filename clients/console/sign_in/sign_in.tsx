/** The way in. */

import { Button } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { leaveNow, signIn, who } from "../session.ts";
import { refusal, time, words } from "../words.ts";

export function SignIn() {
  const { value } = who;
  if (value.is === "leaving") return <Leaving isLate={value.isLate} />;
  const isOver = value.is === "nobody" && value.over;
  const isKept = value.is === "nobody" && value.isKept;
  const send = async (given: FormData) => {
    const why = await signIn(String(given.get("username")), String(given.get("password")));
    if (!why) return undefined;
    return why.afterMs ? words.tooMany(time(Math.ceil(why.afterMs / 1000))) : refusal(why.code);
  };
  return (
    <Screen
      name="sign_in"
      state={isOver ? "over" : "asked"}
      title={isOver ? words.signedOutElsewhere : words.signIn}
    >
      {isOver && (
        <Notice>
          {words.signedOutWhy} {isKept && words.signedOutKept}
        </Notice>
      )}
      <Form send={send} label={words.signIn}>
        <TextField label={words.name} name="username" autocomplete="username" required />
        <TextField
          label={words.password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
      </Form>
    </Screen>
  );
}

/** The way out is not yet behind one. */
function Leaving({ isLate }: { readonly isLate: boolean }) {
  return (
    <Screen name="sign_in" state="leaving" title={words.signingOut}>
      {isLate && (
        <Notice kind="bad">
          <p>{words.notSignedOut}</p>
          <Button press={leaveNow}>{words.line.now}</Button>
        </Notice>
      )}
    </Screen>
  );
}
