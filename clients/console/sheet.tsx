/** What the keys do, to look at. */

import { isSheetOpen, KEYS } from "./keys.ts";
import { Dialog } from "./parts/dialog.tsx";
import { LOCAL_KEYS, type LocalKey } from "./parts/pressed.ts";
import { words } from "./words.ts";

/** As they are written on the keys, where that is not how browsers call them. */
const CAPS: Readonly<Record<string, string>> = {
  "Ctrl+Enter": "Ctrl Enter",
  "Shift+Enter": "Shift Enter",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

export function Sheet() {
  if (!isSheetOpen.value) return null;
  const close = () => {
    isSheetOpen.value = false;
  };
  return (
    <Dialog title={words.keys} close={close}>
      <dl class="keys">
        {KEYS.map(({ key, name }) => (
          <Row key={key} cap={key === "1" ? "1 – 9" : key} does={words.keyWords[name]} />
        ))}
      </dl>
      <h3>{words.localKeys}</h3>
      <dl class="keys">
        {Object.entries(LOCAL_KEYS).map(([name, key]) => (
          <Row key={key} cap={CAPS[key] ?? key} does={words.localKeyWords[name as LocalKey]} />
        ))}
      </dl>
      <p class="hint">{words.singleKeysHint}</p>
    </Dialog>
  );
}

function Row({ cap, does }: { readonly cap: string; readonly does: string }) {
  return (
    <div>
      <dt>
        <kbd>{cap}</kbd>
      </dt>
      <dd>{does}</dd>
    </div>
  );
}
