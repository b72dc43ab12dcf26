// The same folding as PlaceName.Normalise: lower case ASCII letters and digits, without diacritics.
const letters = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i", ə: "a", ħ: "h" };

export function fold(name) {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøđðþłıəħ]/g, (letter) => letters[letter])
    .replace(/[^a-z0-9]/g, "");
}

// What people call a state whose name says that it is one ("Oyo State", "Lviv Oblast"); null when nothing sensible is left.
export function mainPart(name) {
  const [, main] =
    /^(.+?) (?:State|Oblast|Province|Prefecture|Voivodeship|Governorate|County|Krai|Kray|Republic|Department|Region)$/i.exec(
      name,
    ) ?? [];
  return main &&
    !/^(?:free|(?:north|south|east|west)(?:ern)?(?:[ -]?(?:east|west)(?:ern)?)?|centre|centre-.*|central|coastal?|capital|upper|lower|red sea|(?:.* )?and.*)$/i.test(
      main,
    )
    ? main
    : null;
}
