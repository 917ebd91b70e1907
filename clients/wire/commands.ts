// Made by tools/docs.py from the server's own code. Do not edit.
import type { Open } from "./events.ts";

/** Get the view. */
export interface StateCommand {
  readonly do: "state";
  readonly ref?: string;
}

/** Write in a room. */
export interface MessageCommand {
  readonly do: "message";
  readonly ref?: string;
  readonly room: string;
  readonly body: string;
  readonly key?: string | null;
}

/** Show that you type. */
export interface TypingCommand {
  readonly do: "typing";
  readonly ref?: string;
  readonly room: string;
  readonly state: boolean;
  readonly key?: string | null;
}

/** End a room. */
export interface EndCommand {
  readonly do: "end";
  readonly ref?: string;
  readonly room: string;
  readonly key?: string | null;
}

/** Read earlier messages. */
export interface MessagesCommand {
  readonly do: "messages";
  readonly ref?: string;
  readonly room: string;
  readonly before?: string;
  readonly limit?: number;
}

/** Take a guest. */
export interface AssistCommand {
  readonly do: "assist";
  readonly ref?: string;
  readonly guest?: string | null;
  readonly key?: string | null;
}

/** Be available or away. */
export interface StatusCommand {
  readonly do: "status";
  readonly ref?: string;
  readonly status: Open<"available" | "away">;
  readonly key?: string | null;
}

/** Set a guest limit. */
export interface SetLimitCommand {
  readonly do: "set_limit";
  readonly ref?: string;
  readonly limit: number;
  readonly agent?: string | null;
  readonly key?: string | null;
}

/** Hand a guest on. */
export interface TransferCommand {
  readonly do: "transfer";
  readonly ref?: string;
  readonly room: string;
  readonly agent: string;
  readonly force?: boolean;
  readonly key?: string | null;
}

/** Write to a colleague. */
export interface DirectMessageCommand {
  readonly do: "direct_message";
  readonly ref?: string;
  readonly agent: string;
  readonly body: string;
  readonly key?: string | null;
}

/** Open a group room. */
export interface CreateCommand {
  readonly do: "create";
  readonly ref?: string;
  readonly name: string;
  readonly topic?: string;
  readonly key?: string | null;
}

/** Enter a room. */
export interface JoinCommand {
  readonly do: "join";
  readonly ref?: string;
  readonly room: string;
  readonly as: Open<"speaker" | "watcher">;
  readonly key?: string | null;
}

/** Leave a room that goes on. */
export interface LeaveCommand {
  readonly do: "leave";
  readonly ref?: string;
  readonly room: string;
  readonly key?: string | null;
}

/** Wait again. */
export interface QueueCommand {
  readonly do: "queue";
  readonly ref?: string;
  readonly key?: string | null;
}

/** Say how it was. */
export interface RateCommand {
  readonly do: "rate";
  readonly ref?: string;
  readonly room: string;
  readonly rating: number;
  readonly comment?: string;
  readonly key?: string | null;
}

/** Leave the queue. */
export interface LeaveQueueCommand {
  readonly do: "leave_queue";
  readonly ref?: string;
  readonly key?: string | null;
}

/** Say that a message is dealt with. */
export interface NoteDoneCommand {
  readonly do: "note_done";
  readonly ref?: string;
  readonly room: string;
  readonly key?: string | null;
}

/** List who waits. */
export interface GuestsCommand {
  readonly do: "guests";
  readonly ref?: string;
}

/** List agents and guests, present or not. */
export interface ListCommand {
  readonly do: "list";
  readonly ref?: string;
}

/** List rooms of guests. */
export interface RoomsCommand {
  readonly do: "rooms";
  readonly ref?: string;
}

/** Read the settings. */
export interface SettingsCommand {
  readonly do: "settings";
  readonly ref?: string;
}

/** Change settings. */
export interface ChangeSettingsCommand {
  readonly do: "change_settings";
  readonly ref?: string;
  readonly settings: Readonly<Record<string, boolean | number | string>>;
  readonly key?: string | null;
}

/** Read the audit trail. */
export interface AuditCommand {
  readonly do: "audit";
  readonly ref?: string;
  readonly before?: string;
  readonly limit?: number;
}

/** List the keys of sites. */
export interface ListKeysCommand {
  readonly do: "list_keys";
  readonly ref?: string;
}

/** Make a key for a site. */
export interface MakeKeyCommand {
  readonly do: "make_key";
  readonly ref?: string;
  readonly label: string;
  readonly key?: string | null;
}

/** End a key of a site. */
export interface EndKeyCommand {
  readonly do: "end_key";
  readonly ref?: string;
  readonly id: string;
  readonly key?: string | null;
}

/** Search the history. */
export interface HistoryCommand {
  readonly do: "history";
  readonly ref?: string;
  readonly q?: string;
  readonly user?: string;
  readonly sub?: string;
  readonly agent?: string;
  readonly reason?: string;
  readonly before?: string;
  readonly limit?: number;
}

/** Read a conversation. */
export interface ConversationCommand {
  readonly do: "conversation";
  readonly ref?: string;
  readonly room: string;
  readonly after?: string;
}

/** See what a guest had before. */
export interface EarlierCommand {
  readonly do: "earlier";
  readonly ref?: string;
  readonly room: string;
}

/** Find guests. */
export interface FindCommand {
  readonly do: "find";
  readonly ref?: string;
  readonly user?: string;
  readonly sub?: string;
}

/** Export a guest. */
export interface ExportCommand {
  readonly do: "export";
  readonly ref?: string;
  readonly person: string;
  readonly after?: string;
}

/** Erase a guest. */
export interface EraseCommand {
  readonly do: "erase";
  readonly ref?: string;
  readonly person: string;
  readonly key?: string | null;
}

export type Command =
  | StateCommand
  | MessageCommand
  | TypingCommand
  | EndCommand
  | MessagesCommand
  | AssistCommand
  | StatusCommand
  | SetLimitCommand
  | TransferCommand
  | DirectMessageCommand
  | CreateCommand
  | JoinCommand
  | LeaveCommand
  | QueueCommand
  | RateCommand
  | LeaveQueueCommand
  | NoteDoneCommand
  | GuestsCommand
  | ListCommand
  | RoomsCommand
  | SettingsCommand
  | ChangeSettingsCommand
  | AuditCommand
  | ListKeysCommand
  | MakeKeyCommand
  | EndKeyCommand
  | HistoryCommand
  | ConversationCommand
  | EarlierCommand
  | FindCommand
  | ExportCommand
  | EraseCommand;
