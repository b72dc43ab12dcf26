namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>
/// A <see cref="Targeting"/> in the making: one set of rules for values, whatever grammar they come in. Allocates only what it
/// keeps.
/// </summary>
internal struct TargetingDraft
{
    private int _given;
    private CountryList _countries, _excluded;
    private string? _region, _state, _city, _zip, _asn, _isp, _os, _session;
    private string? _stateCountry;
    private int? _ttl;
    private bool _strict;

    public readonly bool HasSession => _session is not null;

    /// <summary>Takes one token's value.</summary>
    /// <returns>What is wrong with it, in a few words; null when all is well.</returns>
    public string? Set(TokenMeaning meaning, ReadOnlySpan<char> value)
    {
        int bit = 1 << (int)(meaning == TokenMeaning.StrictSession ? TokenMeaning.Session : meaning);
        if ((_given & bit) != 0)
            return "given twice";
        _given |= bit;
        switch (meaning)
        {
            case TokenMeaning.Country: return AddCountries(ref _countries, value);
            case TokenMeaning.Exclusion: return AddCountries(ref _excluded, value);
            case TokenMeaning.Region: return (_region = FindRegion(value)) is null
                ? "known are " + string.Join(", ", Region.Names)
                : null;
            case TokenMeaning.State: return SetState(value);
            case TokenMeaning.City: return Name(value, out _city);
            case TokenMeaning.Isp: return Name(value, out _isp);
            case TokenMeaning.Zip: return (_zip = Values.Zip(value)) is null ? "up to 10 letters and digits" : null;
            case TokenMeaning.Asn: return (_asn = Values.Asn(value)) is null ? "a number such as 7922" : null;
            case TokenMeaning.Os: return (_os = Values.Os(value)) is null
                ? "known are windows, macos, linux, android, ios"
                : null;
            case TokenMeaning.StrictSession: _strict = true; goto case TokenMeaning.Session;
            case TokenMeaning.Session: return (_session = Values.Session(value)) is null
                ? "1 to 64 letters, digits, _ and ."
                : null;
            case TokenMeaning.Ttl: return (_ttl = Values.Minutes(value)) is null ? "minutes, 1 to 1440" : null;
            case TokenMeaning.Lifetime: return (_ttl = Values.Lifetime(value)) is null ? "whole minutes, 1m to 24h" : null;
            case TokenMeaning.Strict: _strict = true; return null;
            case TokenMeaning.Ignored: return value.IsEmpty || Values.Session(value) is null ? "letters, digits, _ and ." : null;
            case TokenMeaning.NotOffered: return "not offered here";
            default: throw new ArgumentOutOfRangeException(nameof(meaning));
        }
    }

    /// <summary>One more country, for grammars that have a token for each.</summary>
    public string? AddCountry(ReadOnlySpan<char> value) => AddCountries(ref _countries, value);

    /// <summary>The whole, unless its parts contradict each other: then it says which token does, and why.</summary>
    public Targeting? Finish(out TokenMeaning bad, out string? problem)
    {
        string? state = _state;
        if (_stateCountry is { } country && state is not null)
        {
            if (_countries.IsEmpty && country == "us")
                _countries = CountryList.Of(country);
            if (_countries.Single == country)
                state = state[country.Length..];
            else if (country == "us")
                return Contradiction(TokenMeaning.State, "is not in that country", out bad, out problem);
        }
        if (_region is not null && !_countries.IsEmpty)
            return Contradiction(TokenMeaning.Region, "not together with a country", out bad, out problem);
        if (!_excluded.IsEmpty && !_countries.IsEmpty)
            return Contradiction(TokenMeaning.Exclusion, "not together with a country", out bad, out problem);
        if (_countries.Count > 1 && (state ?? _city ?? _zip) is not null)
            return Contradiction(state is not null
                ? TokenMeaning.State
                : _city is not null
                ? TokenMeaning.City
                : TokenMeaning.Zip,
                "needs one country, not several", out bad, out problem);
        (bad, problem) = (default, null);
        return new Targeting
        {
            Countries = _countries, ExcludedCountries = _excluded, Region = _region ?? "", State = state ?? "", City = _city
            ?? "", Zip = _zip ?? "",
            Asn = _asn ?? "", Isp = _isp ?? "", Os = _os ?? "", Session = _session ?? "", AskedTtl = _ttl, Strict = _strict,
        };
    }

    private static Targeting? Contradiction(TokenMeaning meaning, string why, out TokenMeaning bad, out string? problem)
    {
        (bad, problem) = (meaning, why);
        return null;
    }

    private static string? AddCountries(ref CountryList list, ReadOnlySpan<char> value)
    {
        if (value.Equals(CountryList.Union, StringComparison.OrdinalIgnoreCase) && list.IsEmpty)
        {
            list = CountryList.EuropeanUnion;
            return null;
        }
        for (bool more = true; more;)
        {
            if (CountryCode.Find(PairGrammar.Next(ref value, ',', out more)) is not { } code)
                return "not a country code, such as us";
            int before = list.Count;
            list = list.With(code);
            if (list.Count == before)
                return "given twice";
        }
        return null;
    }

    private static string? FindRegion(ReadOnlySpan<char> value)
    {
        Span<char> name = stackalloc char[Values.MaxLength];
        int length = Values.Normalise(value, name);
        return length < 0 ? null : Region.Find(name[..length]);
    }

    // Oxylabs and Decodo write us_california. Which country that is shows when all tokens are read.
    private string? SetState(ReadOnlySpan<char> value)
    {
        if (value.Length > 3 && value[2] == '_' && CountryCode.Find(value[..2]) is { } country
            && value[..2].Equals(country, StringComparison.OrdinalIgnoreCase))
            _stateCountry = country;
        string? problem = Name(value, out _state);
        return problem is null && _stateCountry is not null && _state!.Length == _stateCountry.Length ? Values.NameRule : problem;
    }

    private static string? Name(ReadOnlySpan<char> value, out string? name)
    {
        name = Values.Name(value);
        return name is null ? Values.NameRule : null;
    }
}
