/** Many of one kind, of which those that nobody looks at cost nothing. */

import { Component, type ComponentChildren } from "preact";

export function List<T>(props: {
  /** What it is a list of, for those who do not see it. */
  readonly label: string;
  readonly items: readonly T[];
  readonly id: (item: T) => string;
  /** Drawn again only for another item of the same id. */
  readonly draw: (item: T) => ComponentChildren;
  /** Stands there instead if there are none. */
  readonly empty?: ComponentChildren;
}) {
  const { label, items, id, draw, empty } = props;
  if (!items.length && empty) return <>{empty}</>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari tells of no list that is not styled as one.
    <ul class="list" role="list" aria-label={label}>
      {items.map((item) => (
        <Item key={id(item)} item={item} draw={draw} />
      ))}
    </ul>
  );
}

interface ItemProps<T> {
  readonly item: T;
  readonly draw: (item: T) => ComponentChildren;
}

class Item<T> extends Component<ItemProps<T>> {
  override shouldComponentUpdate(next: ItemProps<T>): boolean {
    return next.item !== this.props.item;
  }
  override render({ item, draw }: ItemProps<T>) {
    return <li>{draw(item)}</li>;
  }
}
