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

/** A text in windows-1252, as far as French needs it. */
function latin1(text: string): Buffer {
  return Buffer.from([...text].map((letter) => (letter === '\u0153' ? 0x9c : letter.charCodeAt(0))))
}
