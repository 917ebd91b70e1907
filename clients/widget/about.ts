/** What an agent is told of a guest's browser, which is shown to the guest before it is sent. */

const SYSTEMS = [
  ["Android", /Android/],
  ["iOS", /iPhone|iPad/],
  ["Windows", /Windows/],
  ["macOS", /Macintosh/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux/],
] as const;
// In this order: most say that they are Chrome or Safari too.
const BROWSERS = [
  ["Edge", /Edg\w*\/(\d+)/],
  ["Opera", /OPR\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+).*Safari/],
] as const;

/** As much of a page's address is sent, in characters. */
const PAGE_MOST = 200;

export interface About {
  readonly system: string;
  readonly browser: string;
  readonly page: string;
}

/** What is not known is empty. */
export function about(agent: string, page: string): About {
  const system = SYSTEMS.find(([, told]) => told.test(agent))?.[0] ?? "";
  const [name, version] = BROWSERS.map(([name, told]) => [name, told.exec(agent)?.[1]]).find(
    ([, version]) => version,
  ) ?? ["", ""];
  return { system, browser: `${name} ${version}`.trim(), page: page.slice(0, PAGE_MOST) };
}
