namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>What a token of a grammar asks for.</summary>
internal enum TokenMeaning
{
    /// <summary>One country, or several with commas between; <c>eu</c> stands for the European Union.</summary>
    Country,

    /// <summary>Countries that the exit must not be in.</summary>
    Exclusion,
    Region,
    State,
    City,
    Zip,
    Asn,
    Isp,
    Os,
    Session,

    /// <summary>A session that would rather fail than change its exit.</summary>
    StrictSession,

    /// <summary>In minutes.</summary>
    Ttl,

    /// <summary>With a unit: <c>90s</c>, <c>10m</c>, <c>1h</c>, <c>1d</c>.</summary>
    Lifetime,

    /// <summary>Has no value.</summary>
    Strict,

    /// <summary>
    /// Names something of the provider that has no counterpart here and does not change the exit: accepted, without effect.
    /// </summary>
    Ignored,

    /// <summary>Would change the exit or the connection in a way that cannot be done here: refused by name.</summary>
    NotOffered,
}

/// <summary>One token that a grammar knows.</summary>
/// <param name="Key">As it is written; understood in any case.</param>
internal sealed record GrammarToken(string Key, TokenMeaning Meaning)
{
    public bool IsFlag => Meaning == TokenMeaning.Strict;
}
