// Where the sources' names and codes are not those that people and providers use.

/** Country -> GeoNames' name -> the usual one. */
export const stateNames = {
  DE: { "State of Berlin": "Berlin", "Rheinland-Pfalz": "Rhineland-Palatinate", "Baden-Wurttemberg": "Baden-Württemberg" },
  ES: { "Castille-La Mancha": "Castilla-La Mancha", "Castille and León": "Castilla y León" },
  IT: { "The Marches": "Marche", Basilicate: "Basilicata" },
  NG: { FCT: "Federal Capital Territory" },
  RU: { "St.-Petersburg": "Saint Petersburg", "Leningradskaya Oblast'": "Leningrad Oblast", Arkhangelskaya: "Arkhangelsk" },
  US: { "Washington, D.C.": "District of Columbia" },
};

/** Country -> GeoNames' name -> ISO 3166-2's part after the dash, where no other source has it. */
export const stateCodes = {
  CN: {
    Beijing: "BJ",
    Tianjin: "TJ",
    Hebei: "HE",
    Shanxi: "SX",
    "Inner Mongolia": "NM",
    Liaoning: "LN",
    Jilin: "JL",
    Heilongjiang: "HL",
    Shanghai: "SH",
    Jiangsu: "JS",
    Zhejiang: "ZJ",
    Anhui: "AH",
    Fujian: "FJ",
    Jiangxi: "JX",
    Shandong: "SD",
    Henan: "HA",
    Hubei: "HB",
    Hunan: "HN",
    Guangdong: "GD",
    Guangxi: "GX",
    Hainan: "HI",
    Chongqing: "CQ",
    Sichuan: "SC",
    Guizhou: "GZ",
    Yunnan: "YN",
    Tibet: "XZ",
    Shaanxi: "SN",
    Gansu: "GS",
    Qinghai: "QH",
    "Ningsia Hui Autonomous Region": "NX",
    Ningxia: "NX",
    Xinjiang: "XJ",
  },
  CZ: {
    Prague: "10",
    "South Moravian": "64",
    "South Bohemian Region": "31",
    Vysocina: "63",
    "Karlovy Vary": "41",
    "Central Bohemia": "20",
    Zlín: "72",
  },
  FR: { Corsica: "20R" },
};

/** Country -> GeoNames' name -> the usual one in English; the given one stays as an alias. */
export const cityNames = {
  BE: { Antwerpen: "Antwerp", Gent: "Ghent", Brugge: "Bruges" },
  CH: { Genève: "Geneva", Luzern: "Lucerne" },
  DE: { Köln: "Cologne", Nürnberg: "Nuremberg", Hannover: "Hanover" },
  DK: { Århus: "Aarhus" },
  ES: { Sevilla: "Seville" },
  IT: { Padova: "Padua" },
  KZ: { "Nur-Sultan": "Astana" },
  PA: { Panamá: "Panama City" },
  SE: { Göteborg: "Gothenburg" },
  UA: { Odessa: "Odesa" },
  US: { "New York City": "New York", "Washington, D.C.": "Washington", "The Bronx": "Bronx" },
};
