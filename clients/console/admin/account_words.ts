/** The words of accounts: welcome, people, tokens, desks, one's password, and who has changed what. */

import { refusal as plain } from "../words.ts";

type Detail = Readonly<Record<string, string | number | boolean>>;

const EN = {
  roles: { agent: "Agent", monitor: "Monitor", admin: "Admin" } as Readonly<Record<string, string>>,
  rolesWhy:
    "Agents help guests. Monitors may also watch and end any conversation. Admins may also change settings, people and desks.",
  allDesks: "All desks, also those to come",
  everyDesk: "all desks",
  someDesk: "Choose a desk at least.",
  passwordRules: "10 to 256 characters. Anything goes, spaces too; a whole sentence is good.",
  again: "The same again",
  notTheSame: "The two are not the same.",
  desk: "Desk",

  welcome: {
    title: "Welcome",
    looking: "Looking at your link …",
    invited: (user: string) =>
      `You are ${user} here. Choose a password; from then on you sign in with it.`,
    accept: "Choose this password",
    first: "Nobody has an account here yet. You become the admin: choose your name and a password.",
    user: "Your name",
    userWhy: "Guests and colleagues read it. Up to 40 characters.",
    deskTitle: "Name of the desk",
    deskTitleWhy: "Guests read it above the chat. You can change it later.",
    begin: "Begin",
    signedIn: (user: string) =>
      `You are signed in as ${user}. Going on signs that account out here.`,
    void: "This link does not work",
    voidWhy:
      "It was used already, has run out, or was replaced by a newer one. If it was you who used it, sign in with the password that you chose. Otherwise ask an admin for a new link.",
    signIn: "Sign in",
  },

  start: {
    title: "Get started",
    why: "Three steps, from nothing to a desk where colleagues help guests.",
    snippet: "1. Put the chat into your site",
    snippetWhy: "Paste this into your pages, right before </body>. It is the same on every page.",
    snippetLabel: "The snippet",
    chat: "2. Chat with yourself",
    chatWhy:
      "This opens the chat as your guests see it, beside this window. Ask something there; then go to the floor here, say that you are available, and take yourself.",
    open: "Open the chat",
    blocked: "Your browser has kept the window closed. The chat is here:",
    floor: "Go to the floor",
    people: "3. Invite your colleagues",
    peopleWhy: "Each gets a link of their own and chooses a password with it.",
    invite: "Invite people",
  },

  people: {
    title: "People",
    why: "Who may sign in here, in which role and at which desks.",
    none: "There is nobody yet.",
    invite: "Invite somebody",
    name: "Name",
    nameWhy: "As guests and colleagues read it. It cannot be changed later.",
    role: "Role",
    link: (user: string) => `The link for ${user}`,
    linkWhy: (until: string) =>
      `Send it to them and to nobody else: whoever opens it chooses the password. It is shown this once, works once, and until ${until}.`,
    linkLabel: "The link",
    done: "Done",
    change: "Change",
    changing: (user: string) => `Change ${user}`,
    save: "Save",
    newLink: "Make a new link",
    newLinkSure: (user: string) => `A new link for ${user}?`,
    newLinkWhy:
      "For a lost password, or a link that has run out. Earlier links stop working. Once it is used, every session and token of this account ends.",
    disable: "Disable",
    disableSure: (user: string) => `Disable ${user}?`,
    disableWhy:
      "They are signed out everywhere at once, and their guests wait again. Their API tokens end for good.",
    enable: "Let in again",
    disabled: "disabled",
    invited: "invited",
    linkUntil: (until: string) => `link until ${until}`,
    linkOver: "no link",
    at: (desks: string) => `at ${desks}`,
  },

  tokens: {
    title: "API tokens",
    why: "For bots and scripts. A token may do all that its account may, without a password.",
    none: "There is none.",
    label: "What it is for",
    create: "Create a token",
    made: "Your new token",
    madeWhy: "Copy it now: it is shown this once. Keep it like a password.",
    madeLabel: "The token",
    end: "End",
    endSure: (label: string) => `End “${label}”?`,
    endWhy: "Whatever uses it stops working at once.",
    created: (date: string) => `created ${date}`,
    used: (date: string) => `last used ${date}`,
    unused: "never used",
    of: (user: string) => `of ${user}`,
  },

  desks: {
    title: "Desks",
    why: "Each has a queue, rooms and settings of its own.",
    none: "There is none.",
    name: "Name in addresses",
    nameWhy: "Small letters, digits and hyphens, for example: night-shift",
    deskTitle: "Name that guests read",
    add: "Add a desk",
    work: "Work here",
    current: "you work here",
  },

  password: {
    title: "Your password",
    why: "With which you sign in. Changing it signs you out everywhere else.",
    old: "The password until now",
    new: "The new password",
    change: "Change it",
    changed: "Your password is changed. You are signed out everywhere else; API tokens still work.",
  },

  audit: {
    title: "Audit trail",
    why: "Who has changed what: settings, accounts, links, tokens, desks and keys, and what was erased.",
    none: "Nothing was changed yet.",
    older: "Show older ones",
    operator: "An operator",
    nothing: "empty",
    /** What somebody has done. */
    said: {
      setting_changed: (about, { old, new: now }) =>
        `set ${about} from ${value(old)} to ${value(now)}`,
      account_added: (about, { role, desks }) => `added ${about} as ${role}, at ${desks} desks`,
      role_changed: (about, { old, new: now }) => `changed ${about} from ${old} to ${now}`,
      desks_changed: (about, { old, new: now }) => `moved ${about} from ${old} to ${now}`,
      account_disabled: (about) => `disabled ${about}`,
      account_enabled: (about) => `let ${about} in again`,
      invited: (about) => `made a link for ${about}`,
      invite_accepted: (about) => `chose a password by a link, as ${about}`,
      password_changed: (about) => `changed the password of ${about}`,
      token_added: (about, { label }) => `created the token “${label}” of ${about}`,
      token_ended: (about, { label }) => `ended the token “${label}” of ${about}`,
      desk_added: (about) => `added the desk ${about}`,
      key_made: (about) => `made the key “${about}”, with which a site vouches for its guests`,
      key_ended: (about) => `ended the key “${about}”, with which a site vouched for its guests`,
      guest_erased: (about) => `erased a guest, now ${about}`,
    } as Readonly<Record<string, (about: string, detail: Detail) => string>>,
    else: (what: string, about: string) => `${what}: ${about}`,
  },

  refused: {
    last_admin:
      "Nobody else could change people any more. First make somebody else an admin of all desks, who has chosen a password.",
    not_allowed: "All desks share this, so it is for admins of all desks.",
    not_found: "That account is no longer there.",
  } as Readonly<Record<string, string>>,
};

function value(given: string | number | boolean | undefined): string {
  if (given === true || given === false) return given ? "on" : "off";
  return given === "" || given === undefined ? EN.audit.nothing : `“${given}”`;
}

export const words: typeof EN = EN;

/** What a refusal means where accounts are changed. */
export function refusal(code: string): string {
  return words.refused[code] ?? plain(code);
}

/** A moment, as one says it. */
export function date(seconds: number): string {
  const at = new Date(seconds * 1000);
  return at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}
