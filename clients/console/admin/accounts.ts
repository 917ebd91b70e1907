/** What the server says of accounts; see the protocol. Never a secret that was not just made. */

export interface Account {
  readonly user: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly desks: "all" | readonly string[];
  readonly invited: boolean;
  readonly until: number | null;
}

export interface Invited {
  readonly user: string;
  readonly invite: string;
  readonly until: number;
}

export interface Token {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly created: number;
  readonly last_used: number | null;
}

export interface DeskSeen {
  readonly desk: string;
  readonly state: string;
}

export interface AuditEvent {
  readonly at: number;
  /** An account; null is the command line on the server. */
  readonly by: string | null;
  readonly what: string;
  readonly about: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditTrail {
  readonly events: readonly AuditEvent[];
  readonly next: string | null;
}

/** A field of a form, as text. */
export function given(form: FormData, name: string): string {
  return String(form.get(name) ?? "");
}
