import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { chinese } from './chinese.ts';
import { english, type Messages } from './english.ts';

export const languages = ['en', 'zh-HK'] as const;
export type Language = (typeof languages)[number];

const catalogues: Readonly<Record<Language, Messages>> = { en: english, 'zh-HK': chinese };

interface LanguageChoice {
  readonly language: Language;
  /** For dates and numbers: the browser's own kind of the language when it has one, such as `en-GB` for `en`. */
  readonly locale: string;
  choose(language: Language): void;
}

const place = 'clawhold.language';
const Choice = createContext<LanguageChoice>({ language: 'en', locale: 'en', choose: () => undefined });

function initial(): Language {
  const stored = languages.find((language) => language === localStorage.getItem(place));
  return stored ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-HK' : 'en');
}

/** Speaks the person's language: the one they chose here before, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(initial);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      locale: navigator.languages.find((own) => own.startsWith(language)) ?? language,
      choose(chosen) {
        localStorage.setItem(place, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Choice value={choice}>{children}</Choice>;
}

export function useLanguage(): LanguageChoice {
  return useContext(Choice);
}

/** Every text of the console in the person's language. */
export function useMessages(): Messages {
  return catalogues[useLanguage().language];
}
