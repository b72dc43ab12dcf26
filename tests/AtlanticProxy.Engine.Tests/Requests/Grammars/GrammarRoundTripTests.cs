using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Requests.Grammars;

/// <summary>What each grammar can say, said and read again; what it cannot say, refused.</summary>
[TestClass]
public sealed class GrammarRoundTripTests
{
    private const TargetingFields Anything = TargetingFields.All;

    private const TargetingFields Common = TargetingFields.Country | TargetingFields.City | TargetingFields.Session;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz", Digits = "0123456789", Alphanumeric = Letters + Digits;

    /// <summary>Of every grammar, and some that none has.</summary>
    private static readonly string[] Keys =
    [
        "country", "exclude", "region", "state", "city", "zip", "asn", "isp", "os", "session", "ttl", "strict", "zone", "carrier",
        "const", "cn", "cc", "st", "postalcode",
        "sessid", "sessid_oneip", "sesstime", "continent", "sessionduration", "us", "42", "rotate", "city_paris", "planet",
        "countri", "", "ip", "direct",
    ];

    private static readonly string[] SomeValues = ["us", "fr", "de,at", "europe", "eu", "ny", "paris", "1", "10", "7922", "ios",
        "a1B2", "strict", "", "b_c"];

    [TestMethod]
    [DataRow("AtlanticProxy", Anything)]
    [DataRow("Bright Data",
        Common | TargetingFields.State | TargetingFields.Zip | TargetingFields.Asn | TargetingFields.Isp | TargetingFields.Os)]
    [DataRow("Oxylabs",
        Common | TargetingFields.Region | TargetingFields.State | TargetingFields.Zip | TargetingFields.Asn
        | TargetingFields.Ttl)]
    [DataRow("Decodo",
        Common | TargetingFields.Region | TargetingFields.State | TargetingFields.Zip | TargetingFields.Asn | TargetingFields.Os
        | TargetingFields.Ttl)]
    [DataRow("IPRoyal", Common | TargetingFields.Region | TargetingFields.State | TargetingFields.Isp | TargetingFields.Ttl)]
    [DataRow("Webshare", Common)]
    [DataRow("DataImpulse",
        Common | TargetingFields.Exclusion | TargetingFields.State | TargetingFields.Zip | TargetingFields.Asn
        | TargetingFields.Ttl)]
    public void Format_WhatAGrammarCanSay_IsReadAsTheSame(string grammarName, TargetingFields says)
    {
        var grammar = UsernameParser.Grammars.Single(grammar => grammar.Name == grammarName);
        Prop.ForAll<int>(seed =>
        {
            var targeting = Arbitrary(new Random(seed));
            var sayable = Restrict(targeting, grammarName, says);
            if (grammar.Format("alice", "SECRET", sayable) is not { } written)
                return false;
            var read = UsernameParser.Parse(written.Username, written.Password);
            return read.Problem is null && read.Name == "alice" && read.Targeting == sayable
                && (targeting == sayable || grammar.Format("alice", "SECRET", targeting) is null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [TestMethod]
    [DataRow("AtlanticProxy", "alice-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict")]
    [DataRow("Bright Data", "brd-customer-alice-country-us-city-sanfrancisco-session-a1b2")]
    [DataRow("Bright Data", "brd-customer-alice-country-eu")]
    [DataRow("Oxylabs", "customer-alice-cc-US-st-us_california-city-losangeles-sessid-abc-sesstime-5")]
    [DataRow("Oxylabs", "customer-alice-cn-SA-sessid_oneip-abc")]
    [DataRow("Decodo", "user-alice-country-us-city-newyork-session-y-sessionduration-30")]
    [DataRow("Webshare", "alice-fr-us-1234")]
    [DataRow("DataImpulse", "alice__cr.de;city.berlin;sessttl.60")]
    public void Format_WhatWasRead_IsTheSameText(string grammarName, string username) => Assert.AreEqual((username, "SECRET"),
        UsernameParser.Grammars.Single(grammar => grammar.Name == grammarName)
            .Format("alice", "SECRET", UsernameParser.Parse(username).Targeting));

    [TestMethod]
    public void Format_IpRoyal_IsInThePassword()
    {
        const string password = "SECRET_country-br_city-saopaulo_session-sgn34f3e_lifetime-10m";
        Assert.AreEqual(("alice", password),
            UsernameParser.Grammars.Single(grammar => grammar.Name == "IPRoyal")
                .Format("alice", "SECRET", UsernameParser.Parse("alice", password).Targeting));
    }

    [TestMethod]
    [DataRow("alice", "-", "-"), DataRow("brd-customer-alice", "-", "-"), DataRow("customer-alice", "-", "-"),
        DataRow("user-alice", "-", "-")]
    [DataRow("alice_", "_;", "."), DataRow("SECRET", "_", "-")]
    public void Parse_AcceptedTokens_AllShow(string head, string tokenSeparators, string valueSeparator) =>
        Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var tokens = Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
        {
            string key = Pick(random, Keys);
            return key is "strict" or "const" or "us" or "42" or "rotate" or "city_paris"
                ? key
                : $"{key}{valueSeparator}{Pick(random, SomeValues)}";
        }).ToList();
        ParsedUsername Read(IEnumerable<string> some)
        {
            string text =
                string.Concat(some.Select((token, i) => tokenSeparators[Math.Min(i, tokenSeparators.Length - 1)] + token));
            return head == "SECRET" ? UsernameParser.Parse("alice", head + text) : UsernameParser.Parse(head + text, "SECRET");
        }
        var all = Read(tokens);
        // Whatever is taken away, what is asked for changes; but for the two words that ask for nothing.
        return all.Problem is not null
            || tokens.All(token => token is "rotate" || token.StartsWith("zone", StringComparison.Ordinal)
                || Read(tokens.Where(other => other != token)) != all);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static Targeting Arbitrary(Random random)
    {
        var countries = default(CountryList);
        for (int i = random.Next(4); i > 0; i--)
            countries = countries.With(Pick(random, Gazetteer.Countries).Code);
        var excluded = default(CountryList);
        for (int i = countries.IsEmpty ? random.Next(3) : 0; i > 0; i--)
            excluded = excluded.With(Pick(random, Gazetteer.Countries).Code);
        var targeting = new Targeting
        {
            Countries = countries, ExcludedCountries = excluded,
            Region = countries.IsEmpty && random.Next(3) == 0 ? Pick(random, Gazetteer.Regions) : "",
            Asn = Maybe(random, () => $"{random.Next(1, int.MaxValue)}"), Isp = Maybe(random, () => Word(random, Alphanumeric)),
            Os = Maybe(random, () => Pick(random, ["windows", "macos", "linux", "android", "ios"])),
            Session = Maybe(random, () => Word(random, Alphanumeric + "ABCXYZ_.")), Strict = random.Next(2) == 0,
            AskedTtl = random.Next(2) == 0 ? random.Next(Targeting.MinTtlMinutes, Targeting.MaxTtlMinutes + 1) : null,
        };
        return countries.Count > 1 ? targeting : targeting with
        {
            State = Maybe(random, () => Word(random, Alphanumeric)), City = Maybe(random, () => Word(random, Alphanumeric)),
            Zip = Maybe(random, () => Word(random, Digits)),
        };
    }

    private static Targeting Restrict(Targeting targeting, string grammar, TargetingFields says)
    {
        string Keep(string value, TargetingFields field) => says.HasFlag(field) ? value : "";
        string session = targeting.Session;
        if (grammar == "IPRoyal")
            session = session.Replace("_", "", StringComparison.Ordinal);
        if (grammar == "Webshare")
            session = string.Concat(session.Where(char.IsAsciiDigit));
        return new Targeting
        {
            Countries = targeting.Countries, ExcludedCountries = says.HasFlag(TargetingFields.Exclusion)
                ? targeting.ExcludedCountries
                : default,
            Region = Keep(targeting.Region, TargetingFields.Region), State = Keep(targeting.State, TargetingFields.State),
            City = targeting.City,
            Zip = Keep(targeting.Zip, TargetingFields.Zip), Asn = Keep(targeting.Asn, TargetingFields.Asn),
            Isp = Keep(targeting.Isp, TargetingFields.Isp),
            Os = Keep(targeting.Os, TargetingFields.Os), Session = session, AskedTtl = says.HasFlag(TargetingFields.Ttl)
                ? targeting.AskedTtl
                : null,
            Strict = targeting.Strict
            && (grammar is "AtlanticProxy" or "Bright Data" || grammar == "Oxylabs" && session.Length > 0),
        };
    }

    private static string Maybe(Random random, Func<string> value) => random.Next(2) == 0 ? value() : "";

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static string Word(Random random, string alphabet) =>
        string.Create(random.Next(1, 11), (random, alphabet), static (word, from) => from.random.GetItems(from.alphabet, word));
}
