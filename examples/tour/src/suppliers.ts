import type { IbanCountry } from './iban.ts';

/** How a supplier's system writes numbers in CSV files. */
export type CsvStyle = 'english' | 'german';

export interface SupplierProfile {
  readonly name: string;
  readonly country: IbanCountry;
  readonly city: string;
  readonly vatPercent: 0 | 7 | 19 | 20 | 21;
  readonly csv: CsvStyle;
  /** What they sell, with a usual price in cents. */
  readonly goods: readonly (readonly [string, number])[];
}

/** Companies that the tour's company buys from. All of them are invented. */
export const suppliers: readonly SupplierProfile[] = [
  {
    name: 'Nordlicht Bürobedarf GmbH',
    country: 'DE',
    city: 'Kiel',
    vatPercent: 19,
    csv: 'german',
    goods: [
      ['Copy paper A4, 500 sheets', 489],
      ['Toner cartridge black', 7290],
      ['Ring binder 80 mm', 329],
    ],
  },
  {
    name: 'Alpenquell Getränke KG',
    country: 'AT',
    city: 'Innsbruck',
    vatPercent: 20,
    csv: 'german',
    goods: [
      ['Mineral water, crate of 12', 745],
      ['Apple juice, crate of 6', 1180],
    ],
  },
  {
    name: 'Veldkamp Logistics B.V.',
    country: 'NL',
    city: 'Utrecht',
    vatPercent: 21,
    csv: 'english',
    goods: [
      ['Pallet transport Utrecht-Hamburg', 18500],
      ['Storage, pallet per week', 640],
      ['Customs handling', 4500],
    ],
  },
  {
    name: 'Hopman & Zoon Drukkerij',
    country: 'BE',
    city: 'Gent',
    vatPercent: 21,
    csv: 'english',
    goods: [
      ['Brochures, 1,000 copies', 42800],
      ['Business cards, 250', 3950],
    ],
  },
  {
    name: 'Kessler Elektrotechnik GmbH',
    country: 'DE',
    city: 'Leipzig',
    vatPercent: 19,
    csv: 'german',
    goods: [
      ['Electrician, hour', 6800],
      ['Cable duct, metre', 1245],
      ['Residual current breaker', 4390],
    ],
  },
  {
    name: 'Rheinblick Reinigung GmbH',
    country: 'DE',
    city: 'Köln',
    vatPercent: 19,
    csv: 'english',
    goods: [
      ['Office cleaning, week', 38500],
      ['Window cleaning', 21000],
    ],
  },
  {
    name: 'Datahaven Hosting B.V.',
    country: 'NL',
    city: 'Groningen',
    vatPercent: 21,
    csv: 'english',
    goods: [
      ['Virtual server, month', 8900],
      ['Object storage, TB month', 1990],
      ['Support, hour', 9500],
    ],
  },
  {
    name: 'Buchhandlung Seitenweise e.K.',
    country: 'DE',
    city: 'Tübingen',
    vatPercent: 7,
    csv: 'german',
    goods: [
      ['Specialist book', 5490],
      ['Journal, yearly subscription', 18900],
    ],
  },
  {
    name: 'Steinmetz Catering OHG',
    country: 'DE',
    city: 'Mainz',
    vatPercent: 7,
    csv: 'german',
    goods: [
      ['Lunch buffet, person', 1890],
      ['Coffee break, person', 650],
    ],
  },
  {
    name: 'Wiener Messebau AG',
    country: 'AT',
    city: 'Wien',
    vatPercent: 20,
    csv: 'english',
    goods: [
      ['Trade fair stand, day', 89000],
      ['Carpet, square metre', 1350],
    ],
  },
  {
    name: 'Lambrechts Veiligheid NV',
    country: 'BE',
    city: 'Antwerpen',
    vatPercent: 21,
    csv: 'english',
    goods: [
      ['Fire extinguisher check', 2450],
      ['First-aid kit', 3890],
    ],
  },
  {
    name: 'Inselfähre Reederei eG',
    country: 'DE',
    city: 'Emden',
    vatPercent: 0,
    csv: 'german',
    goods: [
      ['Freight, cubic metre', 5200],
      ['Passenger ticket', 2890],
    ],
  },
];

/** Not in the purchase ledger: nobody ordered anything from them. */
export const strangers: readonly SupplierProfile[] = [
  {
    name: 'Global Domain Registry Services',
    country: 'BE',
    city: 'Brussel',
    vatPercent: 0,
    csv: 'english',
    goods: [['Entry in trademark directory, 3 years', 98700]],
  },
  {
    name: 'Euro Business Guide Verlag',
    country: 'AT',
    city: 'Salzburg',
    vatPercent: 20,
    csv: 'english',
    goods: [['Company entry, premium', 79500]],
  },
];
