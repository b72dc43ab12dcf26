namespace AtlanticProxy.Engine.Routing;

/// <summary>Country codes: ISO 3166-1 alpha-2 as of 2025, and <c>xk</c> (Kosovo), which providers use though ISO has not assigned it.</summary>
internal static class CountryCode
{
    private const string Assigned =
        "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn " +
        "co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm " +
        "hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk " +
        "ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw " +
        "sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi " +
        "vn vu wf ws xk ye yt za zm zw";

    private const int Letters = 'z' - 'a' + 1;

    private static readonly string?[] ByLetters = Build();

    /// <summary>Every code, in order.</summary>
    public static IReadOnlyList<string> All { get; } = Assigned.Split(' ');

    /// <summary>The code in lower case, always the same string for the same country; null when <paramref name="text"/> is none. <c>uk</c> is <c>gb</c>.</summary>
    public static string? Find(ReadOnlySpan<char> text) =>
        text.Length == 2 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) ? ByLetters[Index(text[0], text[1])] : null;

    private static string?[] Build()
    {
        var codes = new string?[Letters * Letters];
        foreach (string code in Assigned.Split(' '))
            codes[Index(code[0], code[1])] = code;
        codes[Index('u', 'k')] = codes[Index('g', 'b')]; // not ISO's, but what many clients write
        return codes;
    }

    // The case bit of ASCII letters taken off.
    private static int Index(char first, char second) => ((first | 0x20) - 'a') * Letters + (second | 0x20) - 'a';
}
