/** The way in. */

import { Form, TextField } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { signIn, who } from "../session.ts";
import { refusal, time, words } from "../words.ts";

export function SignIn() {
  const { value } = who;
  const isOver = value.is === "nobody" && value.over;
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
      {isOver && <Notice>{words.signedOutWhy}</Notice>}
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
