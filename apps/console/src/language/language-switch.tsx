import { Button } from '../look/button.tsx';
import { useLanguage } from './language.tsx';

/** Changes to the other language, named in that language. */
export function LanguageSwitch() {
  const { language, choose } = useLanguage();
  const toChinese = language === 'en';
  return (
    <Button
      look="plain"
      label={toChinese ? '轉用繁體中文' : 'Switch to English'}
      onPress={() => choose(toChinese ? 'zh-HK' : 'en')}
    >
      <span lang={toChinese ? 'zh-HK' : 'en'}>{toChinese ? '中文' : 'English'}</span>
    </Button>
  );
}
