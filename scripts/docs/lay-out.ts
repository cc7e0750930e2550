/**
 * The one-line programs of the catalogue, one declaration a line, as a person would write them.
 */
export const layOut = (source: string): string =>
  `${source.replaceAll(/([;}]) (?=export |class |const \w+ = [^;]*; export|function|namespace |@d |Array\.)/g, '$1\n')}\n`;
