namespace AtlanticProxy.Host.BlockLists;

/// <summary>One list on the network.</summary>
public sealed class BlockListSource
{
    /// <summary>The category that rules name: small letters, digits and <c>-</c>.</summary>
    public string Category { get; set; } = "";

    /// <summary>Where it is: http or https, in hosts or adblock form.</summary>
    public string Url { get; set; } = "";
}

/// <summary>
/// Block lists that are fetched: section <c>BlockLists</c>. What is put into <c>Engine:BlockListFolder</c> by hand is used beside
/// them.
/// </summary>
public sealed class BlockListOptions
{
    private const int MaxCategoryLength = 32;

    public IList<BlockListSource> Sources { get; init; } = [];

    /// <summary>
    /// How often they are asked for, and the folder is read again. 1 hour: public lists change once a day or less, and an
    /// unchanged one costs a request.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time for one list, all of it.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of one list, uncompressed. 64 MB: twice the largest public list known, of two million names.</summary>
    public long MaxBytes { get; set; } = 64L << 20;

    public IEnumerable<string> Validate()
    {
        foreach (var source in Sources)
        {
            if (source.Category.Length is 0 or > MaxCategoryLength
                || !source.Category.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                yield return $"BlockLists:Sources: '{source.Category}' is not a category: 1 to {MaxCategoryLength} small "
                    + "letters, digits and '-'.";
            if (!Uri.TryCreate(source.Url, UriKind.Absolute, out var url)
                || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
                yield return $"BlockLists:Sources: the list of '{source.Category}' has no http or https address.";
        }
        if (Interval < TimeSpan.FromMinutes(1) || Interval > TimeSpan.FromDays(7))
            yield return $"BlockLists:Interval: {Interval} is not between a minute and a week.";
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromHours(1))
            yield return $"BlockLists:Timeout: {Timeout} is not between 0 and one hour.";
        if (MaxBytes < 1)
            yield return $"BlockLists:MaxBytes: {MaxBytes} must be at least 1.";
    }
}
