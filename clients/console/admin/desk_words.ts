/** The words of what admins set at a desk: its settings, sites, keys and the snippet. */

import type { Setting } from "./settings.ts";

type Said = readonly [label: string, help: string];

const EN = {
  /** What has come of a change. */
  told: { quiet: "", saving: "Saving …", saved: "Saved", refused: "Not saved" },
  tint: "#1d5bb8",

  settings: {
    title: "Settings of the desk",
    why: "What guests see and are asked, and how the desk opens, waits and ends.",
    saved: (desk: string) =>
      `Of the desk ${desk}. Each is saved as you change it, at once and for everybody.`,
    /** In the order in which they stand there; what is in none of these comes last. */
    groups: [
      ["What guests see", ["title", "greeting", "color"]],
      ["The form", ["fields", "ratings"]],
      ["Opening", ["open", "leave_messages", "queue_most"]],
      [
        "Conversations",
        ["agent_limit", "silence_s", "guest_absence_s", "agent_absence_s", "availability_to"],
      ],
      ["How fast", ["guest_rate", "account_rate", "identify_rate"]],
      ["What is kept", ["log_days"]],
    ] as readonly (readonly [title: string, names: readonly string[]])[],
    others: "More",
    /** These have a screen of their own. */
    elsewhere: ["sites"] as readonly string[],
    said: {
      title: ["Name of the desk", "Guests read it above the chat."],
      greeting: ["Greeting", "Guests read it before they ask."],
      color: ["Colour", "Of the button and of what stands out in the chat."],
      fields: [
        "Fields of your own",
        "Up to 6 lines, for example: Order number. With * it has to be answered: Plan* = Free | Paid offers two to choose from.",
      ],
      ratings: ["Ask guests how it was", "After the end, with 1 to 5 and a remark."],
      open: ["Open", "Guests may come. Those who wait or are helped already are helped on."],
      leave_messages: [
        "Take messages",
        "Who finds the desk closed or full, or nobody there, may leave one, with an address to answer to.",
      ],
      queue_most: ["How many may wait", "Beyond that the desk is full."],
      agent_limit: ["Guests of a new agent", "How many at once. Agents change their own."],
      silence_s: ["Silence that ends a conversation", "Everybody in it is warned a minute before."],
      guest_absence_s: [
        "Absence that costs the place",
        "How long a guest whose line is dead stays in the queue.",
      ],
      agent_absence_s: [
        "Absence of an agent",
        "After it, guests of an agent whose line is dead wait again.",
      ],
      availability_to: ["Who is told when an agent comes or goes", ""],
      guest_rate: ["One guest", "What comes faster is told to wait."],
      account_rate: ["One account", "Agents and bots. What comes faster is told to wait."],
      identify_rate: ["New guests from one address", "Who comes then is told to wait."],
      log_days: [
        "Conversations that are over",
        "What is older is removed for good, with what is known of its guests: after an hour at the earliest. 0 keeps everything.",
      ],
    } as Readonly<Record<string, Said>>,
    units: {
      seconds: "seconds",
      days: "days",
      guests: "guests",
      "commands a minute": "messages and other commands a minute",
      "guests a minute": "guests a minute",
    } as Readonly<Record<string, string>>,
    options: { all: "Everybody", agents: "Agents alone" } as Readonly<Record<string, string>>,
    range: (least: number, most: number) => `A whole number from ${least} to ${most}.`,
    atMost: (most: number) => `At most ${most} characters, and none that cannot be seen.`,
    fieldsWrong:
      "Up to 6 lines, each with a name of its own (not Page, Browser, System or Contact) of at most 40 characters, and up to 20 different answers to choose from.",
    wrong: "That cannot be set here.",
    ours: "Use the standard colour",
    preview: "As guests see it",
    untitled: "Chat with us",
    ask: "Ask",
  },

  sites: {
    title: "Allowed sites",
    why: "Pages of these sites may show the chat, and no others.",
    limits: "Whoever has the address of the chat can still open it as a page of its own.",
    any: "Any site may show the chat",
    anyWhy: "Add the first one, and all others may not any more.",
    site: "Site",
    siteWhy:
      "Its address without a page, for example: https://shop.example. With *. in front all names below it: https://*.shop.example",
    add: "Add",
    remove: "Remove",
    lastSure: "Let any site show the chat?",
    lastWhy: "This is the last one. Without a list any site may show the chat.",
    wrong:
      "That is no site. It begins with https:// and has no page behind it; http:// is for localhost alone. A list has 50 sites at most.",
  },

  keys: {
    title: "Keys of sites",
    why: "With a key your site signs who a guest is, so that agents can rely on it.",
    keep: "Keep each on one server. To change keys, make a new one first, and end the old one when it is used no more.",
    none: "There is no key.",
    noneWhy: "Guests are who they say they are, until your site vouches for them.",
    label: "Where it is used",
    make: "Make a key",
    made: "Your new key",
    madeWhy:
      "Copy the secret now: it is shown this once. Whoever has it can vouch for anybody. Keep it on your server, and never in a page.",
    id: "Id, for kid",
    secret: "Secret",
    end: "End",
    endSure: (label: string) => `End the key “${label}”?`,
    endWhy:
      "Guests whom your site vouches for with it are turned away at once. Those who are here already stay vouched for.",
    created: (date: string) => `made ${date}`,
    used: (date: string) => `last used ${date}`,
    unused: "never used",
    full: "A desk has five keys at most. End one first.",
  },

  snippet: {
    title: "Snippet",
    why: "The line that puts the chat into your pages: paste it anywhere. It is the same on every page.",
    label: "The snippet",
    policy: "If your pages have a Content-Security-Policy, add this to it:",
    policyLabel: "For the policy",
    link: "The chat as a page of its own, for a link:",
    preview: "The chat, as guests see it",
    again: "Load it again",
  },
};

export const words: typeof EN = EN;

/** What a setting is called, and what it is for; one that is new, as the server says it. */
export function said({ name, help }: Setting): Said {
  return words.settings.said[name] ?? [name, help];
}

/** What a setting takes, for who has given something else. */
export function wanted({ name, kind, least, most }: Setting): string {
  const { settings } = words;
  if (kind === "number" && least !== null && most !== null) return settings.range(least, most);
  if (name === "fields") return settings.fieldsWrong;
  return most === null ? settings.wrong : settings.atMost(most);
}
