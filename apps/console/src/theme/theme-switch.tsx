import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { chooseTheme, type Theme, themes, useTheme } from './theme.ts';

const signs: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

/** Goes round system, light and dark. */
export function ThemeSwitch() {
  const messages = useMessages();
  const theme = useTheme();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const label = `${messages.theme}: ${messages.themeName[theme]}`;
  return (
    <Button look="plain" label={label} onPress={() => chooseTheme(next)}>
      <span aria-hidden="true">{signs[theme]}</span>
    </Button>
  );
}
