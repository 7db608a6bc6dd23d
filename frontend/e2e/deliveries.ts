/** What a French Excel exports, in windows-1252: two good rows of a hosting provider, and three with something wrong. */
export const BAD_DELIVERY = latin1(
  'Nom du serveur;R\u00e9f\u00e9rence;Adresse IP;C\u0153urs;M\u00e9moire (Go);Disque (To);Emplacement;Contrat\r\n' +
    'web-31.maps.example.org;HX-1031;203.0.113.40;4;16;0,5;PAR1;gold\r\n' +
    'web-32.maps.example.org;HX-1032;203.0.113.41;4;16;0,5;PAR1;gold\r\n' +
    'web_33;HX-1033;203.0.113.42;4;16;0,5;PAR1;gold\r\n' +
    'web-34.maps.example.org;HX-1034;198.51.100.7;4;16;0,5;PAR1;gold\r\n' +
    'web-35.maps.example.org;HX-1035;203.0.113.43;quatre;16;0,5;PAR1;=cmd()\r\n',
)

/** Its rows that are good. */
export const GOOD_ROWS = 2
/** Its rows that are not. */
export const BAD_ROWS = 3

/** What a hosting provider delivers to an order of three servers: one that is too small, one row that is none, and a column of its own. */
export function delivery(domain: string, prefix: string): Buffer {
  return latin1(
    'Nom du serveur;Référence;Adresse IP;Cœurs;Mémoire (Go);Contrat\r\n' +
      `app-01.${domain};A-1;${prefix}.10;8;16;gold\r\n` +
      `app-02.${domain};A-2;${prefix}.11;2;4;gold\r\n` +
      `app_03;A-3;${prefix}.12;huit;16;gold\r\n`,
  )
}

/** A text in windows-1252, as far as French needs it. */
function latin1(text: string): Buffer {
  return Buffer.from([...text].map((letter) => (letter === '\u0153' ? 0x9c : letter.charCodeAt(0))))
}
