/** What the keys do, to look at. */

import { isSheetOpen, KEYS } from "./keys.ts";
import { Dialog } from "./parts/dialog.tsx";
import { words } from "./words.ts";

export function Sheet() {
  if (!isSheetOpen.value) return null;
  const close = () => {
    isSheetOpen.value = false;
  };
  return (
    <Dialog title={words.keys} close={close}>
      <dl class="keys">
        {KEYS.map(({ key, name }) => (
          <div key={key}>
            <dt>
              <kbd>{key === "1" ? "1 – 9" : key}</kbd>
            </dt>
            <dd>{words.keyWords[name]}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{words.keyWords.stop}</dd>
        </div>
      </dl>
      <p class="hint">{words.singleKeysHint}</p>
    </Dialog>
  );
}
