import { startI18n } from '@/app/i18n'

/** Components under test speak English. */
export const speakEnglish = () => startI18n('en')
