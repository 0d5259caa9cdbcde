/** Whether a payment card can have this number: its issuer, its length and its check digit (ISO/IEC 7812-1, annex B). */
export function isCardNumber(number: string): boolean {
  return (
    hasCheckDigit(number, 0, number.length) && issued.some((form) => form.test(number)) && !/^(\d)\1+$/.test(number)
  );
}

const issued: readonly RegExp[] = [
  /^4\d{12}(?:\d{3}){0,2}$/, // Visa
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^(?:6011|65\d{2}|64[4-9]\d)\d{12}$/, // Discover
  /^35(?:2[89]|[3-8]\d)\d{12}$/, // JCB
  /^3(?:0[0-5]|[68]\d)\d{11}$/, // Diners Club
];

/**
 * Whether the digits between two places of a text have the right check digit; what else stands there is no digit of them.
 * Nine in ten numbers have not.
 */
export function hasCheckDigit(text: string, from: number, to: number): boolean {
  let [sum, doubles] = [0, false];
  for (let at = to - 1; at >= from; at--) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) continue;
    sum += doubles ? (doubled[digit] ?? 0) : digit;
    doubles = !doubles;
  }
  return sum % 10 === 0;
}

/** The digits of the double of each digit, added up. */
const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9] as const;

/** Lengths by country (SWIFT, IBAN Registry, release 99). */
const lengths: ReadonlyMap<string, number> = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** How long a bank account number of a country is; undefined for a country that has none. */
export function ibanLength(country: string): number | undefined {
  return lengths.get(country);
}

/**
 * The rest by 97 of a number behind which a digit follows, or a letter as the two digits that it stands for. Of a right
 * account number it is 1 in the end, when its first four characters follow the others (ISO 13616-1).
 *
 * @param code of a digit or a capital letter.
 */
export function restWith(rest: number, code: number): number {
  return code < 0x41 ? (rest * 10 + code - 0x30) % 97 : (rest * 100 + code - 0x37) % 97;
}
