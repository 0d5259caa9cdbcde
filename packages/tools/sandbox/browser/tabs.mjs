import { stat } from 'node:fs/promises';

/** The pages of one browser; what is done is done on the one that was opened last. */
export class Tabs {
  #context;
  #pages = [];
  /** What happened by itself, to be told with the next answer. */
  #notes = [];
  /** Where the download goes that somebody asked for. */
  #fetched;

  constructor(context) {
    this.#context = context;
    context.on('page', (page) => this.#add(page));
  }

  /** The page that acts work on. */
  get page() {
    const page = this.#pages.at(-1);
    if (page === undefined) throw new Error('No page is open. Begin with browser.open.');
    return page;
  }

  /** The same, made when there is none. */
  async opened() {
    if (this.#pages.length === 0) await this.#context.newPage();
    return this.page;
  }

  takeNotes() {
    return this.#notes.splice(0);
  }

  /** The page as text: address, title, and its accessibility tree with a reference for each element. */
  async describe({ limit }) {
    const page = this.page;
    const tree = await page.ariaSnapshot({ mode: 'ai', timeout: 10_000 });
    const bytes = Buffer.from(tree);
    const shown = bytes.length <= limit ? tree : `${bytes.subarray(0, limit).toString()}\n(cut: the page has more)`;
    return [...this.takeNotes(), `Page: ${await page.title()}`, `Address: ${page.url()}`, shown].join('\n');
  }

  /** Where the file is that `begin` made the page send, and its size in bytes. */
  async fetching(begin) {
    this.#fetched = Promise.withResolvers();
    const late = setTimeout(() => this.#fetched.reject(new Error('No download began.')), 20_000);
    try {
      await begin();
      const download = await this.#fetched.promise;
      const path = await download.path();
      return { path, size: (await stat(path)).size };
    } finally {
      clearTimeout(late);
      this.#fetched = undefined;
    }
  }

  #add(page) {
    this.#pages.push(page);
    page.on('close', () => {
      this.#pages = this.#pages.filter((other) => other !== page);
    });
    page.on('dialog', (dialog) => {
      this.#notes.push(
        `The page showed a dialog (${dialog.type()}), which was dismissed: ${dialog.message().slice(0, 500)}`,
      );
      dialog.dismiss().catch(() => undefined);
    });
    page.on('download', (download) => {
      if (this.#fetched !== undefined) return this.#fetched.resolve(download);
      this.#notes.push('A download began and was stopped: use browser.download.');
      download.cancel().catch(() => undefined);
    });
  }
}
