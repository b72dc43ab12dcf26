namespace AtlanticProxy.Engine.Requests;

/// <summary>
/// A set of countries, held as their codes in order in one string, such as <c>frus</c>. The default is the empty set.
/// </summary>
internal readonly record struct CountryList
{
    private const int CodeLength = 2;

    /// <summary>What several providers call <see cref="EuropeanUnion"/>, as if it were a country.</summary>
    public const string Union = "eu";

    /// <summary>The member states of the European Union.</summary>
    public static readonly CountryList EuropeanUnion = Of(
        "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv", "mt",
        "nl", "pl", "pt", "ro", "se", "si", "sk");

    private readonly string? _codes;

    private CountryList(string codes) => _codes = codes;

    public int Count => (_codes?.Length ?? 0) / CodeLength;

    public bool IsEmpty => _codes is null;

    /// <summary>The only country, or empty when there is none or there are several.</summary>
    public string Single => Count == 1 ? _codes! : "";

    /// <summary>The code at <paramref name="index"/>, in order of the alphabet.</summary>
    public string this[int index] => CountryCode.Find(_codes.AsSpan(index * CodeLength, CodeLength))!;

    /// <exception cref="ArgumentException">One of <paramref name="codes"/> is no country's.</exception>
    public static CountryList Of(params ReadOnlySpan<string> codes)
    {
        var list = default(CountryList);
        foreach (string code in codes)
            list = list.With(CountryCode.Find(code)
                ?? throw new ArgumentException($"'{code}' is not a country code", nameof(codes)));
        return list;
    }

    /// <summary>This set and <paramref name="code"/>, which is one of <see cref="CountryCode"/>.</summary>
    public CountryList With(string code)
    {
        if (_codes is null)
            return new CountryList(code);
        int place = 0;
        while (place < _codes.Length)
        {
            int order = _codes.AsSpan(place, CodeLength).SequenceCompareTo(code);
            if (order == 0)
                return this;
            if (order > 0)
                break;
            place += CodeLength;
        }
        return new CountryList(_codes.Insert(place, code));
    }

    public bool Contains(ReadOnlySpan<char> code)
    {
        for (int place = 0; place < Count * CodeLength; place += CodeLength)
            if (_codes.AsSpan(place, CodeLength).SequenceEqual(code))
                return true;
        return false;
    }

    /// <summary>The codes in order.</summary>
    public IEnumerable<string> All
    {
        get
        {
            for (int i = 0; i < Count; i++)
                yield return this[i];
        }
    }

    public IEnumerator<string> GetEnumerator() => All.GetEnumerator();

    /// <summary>The codes with commas between.</summary>
    public override string ToString()
    {
        if (Count < 2)
            return _codes ?? "";
        var text = new System.Text.StringBuilder();
        foreach (string code in this)
            text.Append(text.Length == 0 ? "" : ",").Append(code);
        return text.ToString();
    }
}
