using System.Globalization;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Connections;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Activity;

/// <summary>Which connections a viewer wants to see, as it stands in the address. What cannot be narrows nothing.</summary>
public sealed class ActivityChoice
{
    /// <summary>Times that can be chosen instead of days.</summary>
    private static readonly (string Name, Phrase Label, TimeSpan Length)[] Times =
    [
        ("hour", "Last hour", TimeSpan.FromHours(1)),
        ("day", "Last 24 hours", TimeSpan.FromHours(24)),
        ("week", "Last 7 days", TimeSpan.FromDays(7)),
    ];

    public ConnectionFate? Outcome { get; set; }

    /// <summary>One ending by its code.</summary>
    public ConnectionOutcome? Ending { get; set; }

    /// <summary>Name of a proxy user.</summary>
    public string? User { get; set; }

    /// <summary>Part of the target's name.</summary>
    public string? Host { get; set; }

    /// <summary>ISO 3166-1 alpha-2, any case.</summary>
    public string? Country { get; set; }

    /// <summary><c>hour</c>, <c>day</c> or <c>week</c>.</summary>
    public string? Time { get; set; }

    /// <summary>The last row of the page before: its end in microseconds since 1970, and its id.</summary>
    public string? Before { get; set; }

    internal Country? KnownCountry => string.IsNullOrEmpty(Country) ? null : Gazetteer.FindCountry(Country);

    internal static IEnumerable<(string Value, Phrase Label)> TimeChoices =>
        Times.Select(time => (time.Name, time.Label)).Prepend(("", "All that is kept"));

    /// <summary>Filters beside the outcome's.</summary>
    internal int Filters => new[] { Ending?.ToString(), User, Host, KnownCountry?.Code, Time }
        .Count(one => !string.IsNullOrEmpty(one));

    /// <summary>What narrows the list beside the outcome's buttons, each with the address without it.</summary>
    internal IEnumerable<FilterChip> Chips
    {
        get
        {
            if (Ending is { } ending)
                yield return new FilterChip(T[OutcomeText.Of($"{ending}").Words], Without(choice => choice.Ending = null));
            if (!string.IsNullOrEmpty(User))
                yield return new FilterChip(User, Without(choice => choice.User = null));
            if (!string.IsNullOrEmpty(Host))
                yield return new FilterChip(Host, Without(choice => choice.Host = null));
            if (KnownCountry is { } known)
                yield return new FilterChip(CountryNames.Of(known), Without(choice => choice.Country = null));
            if (Time is not null)
                yield return new FilterChip(T[Times.Single(time => time.Name == Time).Label],
                    Without(choice => choice.Time = null));
        }
    }

    /// <summary>After which row this page begins; null at the latest.</summary>
    internal ActivityCursor? Cursor
    {
        get
        {
            if (Before?.Split('-') is not [var at, var id]
                || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
                || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long row)
                || microseconds > MaxMicroseconds)
                return null;
            return new ActivityCursor(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), row);
        }
    }

    private static long MaxMicroseconds =>
        (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>How the row after which a page begins is written.</summary>
    internal static string CursorAt(ActivityRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{(row.EndedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{row.Id}");

    /// <summary>Brings what was typed into a form that can be asked for.</summary>
    internal void Tidy()
    {
        Host = Host?.Replace("\0", "", StringComparison.Ordinal).Trim();
        if (Host is { Length: > PageRequest.MaxSearchLength })
            Host = Host[..PageRequest.MaxSearchLength];
        Time = Times.Any(time => time.Name == Time) ? Time : null;
    }

    internal ActivityFilter Filter(long? proxyUser, DateTimeOffset now) => new(Outcome, Ending?.ToString(), proxyUser,
        string.IsNullOrEmpty(Host) ? null : Host, KnownCountry?.Code,
        Times.Where(time => time.Name == Time).Select(time => (DateTimeOffset?)(now - time.Length)).SingleOrDefault());

    /// <summary>The page's address with this choice and another outcome.</summary>
    internal string WithOutcome(ConnectionFate? outcome) => Href("/activity", outcome, null);

    /// <summary>The page that begins after a row.</summary>
    internal string After(ActivityRow row) => Href("/activity", Outcome, CursorAt(row));

    internal string Latest => Href("/activity", Outcome, null);

    internal string File => Href("/activity/file", Outcome, null);

    private string Without(Action<ActivityChoice> leaveOut)
    {
        var other = (ActivityChoice)MemberwiseClone();
        leaveOut(other);
        return other.Latest;
    }

    private string Href(string path, ConnectionFate? outcome, string? before) => Addresses.Of(path,
        ("outcome", outcome?.ToString().ToLowerInvariant()), ("ending", Ending?.ToString()), ("user", User), ("host", Host),
        ("country", KnownCountry?.Code), ("time", Time), ("before", before));
}
