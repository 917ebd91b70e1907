/** A new password, typed twice: what is typed blindly once is locked out of by a slip. */

import { TextField } from "../parts/field.tsx";
import { words } from "./account_words.ts";
import { given } from "./accounts.ts";

export function NewPassword({ label }: { readonly label: string }) {
  const more = { type: "password", autocomplete: "new-password", required: true } as const;
  return (
    <>
      <TextField label={label} name="new" hint={words.passwordRules} {...more} />
      <TextField label={words.again} name="again" {...more} />
    </>
  );
}

/** The password, or what is wrong with the two. */
export function chosen(form: FormData): { readonly password: string } | { readonly why: string } {
  const password = given(form, "new");
  return password === given(form, "again") ? { password } : { why: words.notTheSame };
}
