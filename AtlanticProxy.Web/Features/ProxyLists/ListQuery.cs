using System.Globalization;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Features.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>
/// What a link of a list asks for, in the words of the page of endpoints. Unlike there, nothing is left out in silence: nobody
/// looks at what a tool has fetched.
/// </summary>
internal sealed class ListQuery
{
    /// <summary>Of lines with sessions, where a link does not say: one, as on the page of endpoints.</summary>
    public const int DefaultCount = 1;

    public const string Text = "txt", Sip008 = "sip008.json";

    private static readonly string[] Known =
        ["format", "pattern", "country", "state", "city", "network", "ttl", "count", "strict", "protocol"];

    private readonly List<string> _problems = [];
    private readonly IQueryCollection _query;
    private readonly CustomerRights _rights;

    private ListQuery(IQueryCollection query, CustomerRights rights) => (_query, _rights) = (query, rights);

    /// <summary>What is wrong, a sentence each, in English; nothing of it when all is well.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>All that is wrong is that the plan does not include it.</summary>
    public bool IsBeyondPlan { get; private set; }

    public EndpointChoice Choice { get; private set; } = new();

    /// <param name="extension">What the link ends with, without the dot: <c>txt</c>, <c>json</c> or <c>csv</c>.</param>
    /// <param name="protocols">Those that the appliance listens for.</param>
    public static ListQuery Read(
        IQueryCollection query, string extension, CustomerRights rights, IReadOnlyList<EndpointProtocol> protocols)
    {
        var read = new ListQuery(query, rights);
        foreach (string name in query.Keys.Where(name => !Known.Contains(name, StringComparer.OrdinalIgnoreCase)))
            read.Refuse($"{name}: not a parameter of lists. They are {string.Join(", ", Known)}.");
        var choice = new EndpointChoice { Format = read.FormatOf(extension), Protocol = read.ProtocolOf(protocols) };
        choice.Pattern = read.PatternOf(choice.Format);
        read.ReadPlace(choice);
        read.ReadSessions(choice);
        read.Choice = choice;
        if (read.Problems.Count == 0)
            read.RefuseBeyondPlan(choice);
        return read;
    }

    private string this[string name] => _query[name].ToString().Trim();

    private void Refuse(string sentence) => _problems.Add(sentence);

    private string FormatOf(string extension)
    {
        var lines = EndpointFormat.All.Where(format => format.Pattern is not null).Select(format => format.Id);
        string[] offered = extension == Text ? [.. lines] : [extension];
        string asked = this["format"] is { Length: > 0 } format ? format.ToLowerInvariant() : offered[0];
        if (!offered.Contains(asked))
            Refuse($"format: a link that ends with .{extension} has {string.Join(", ", offered)}.");
        return asked;
    }

    private string PatternOf(string format)
    {
        string pattern = this["pattern"];
        if (format == EndpointFormat.Own && pattern.Length is 0 or > EndpointFormat.MaxPatternLength)
            Refuse($"pattern: give one of at most {EndpointFormat.MaxPatternLength} characters, such as {{user}}@{{host}}.");
        else if (format != EndpointFormat.Own && pattern.Length > 0)
            Refuse($"pattern: needs format={EndpointFormat.Own}.");
        else if (EndpointFormat.UnknownField(pattern) is { } unknown)
            Refuse($"pattern: {unknown} is not a field. Use {{host}}, {{port}}, {{user}}, {{pass}} and {{url}}.");
        return pattern;
    }

    private string ProtocolOf(IReadOnlyList<EndpointProtocol> protocols)
    {
        var offered = protocols.Select(each => each.Id).Where(id => id != EndpointProtocol.Shadowsocks).ToList();
        string asked = this["protocol"] is { Length: > 0 } protocol ? protocol.ToLowerInvariant() : offered[0];
        if (!offered.Contains(asked))
            Refuse(asked == EndpointProtocol.Shadowsocks
                ? $"protocol: Shadowsocks clients have a link of their own, which ends with .{Sip008}."
                : $"protocol: this service has {string.Join(", ", offered)}.");
        return asked;
    }

    private void ReadPlace(EndpointChoice choice)
    {
        var (country, state, city, network) = (this["country"], this["state"], this["city"], this["network"]);
        if (country.Length > 0 && (choice.Country = Gazetteer.FindCountry(country)?.Code) is null)
            Refuse($"country: '{country}' is not a country in our list. Use its code, such as us.");
        if (state.Length + city.Length > 0 && country.Length == 0)
            Refuse($"{(state.Length > 0 ? "state" : "city")}: give the country, too.");
        if (choice.Country is { } known)
        {
            if (state.Length > 0 && (choice.State = Gazetteer.StateName(known, state)) is null)
                Refuse($"state: '{state}' is not a state or province in our list.");
            choice.City = city;
            if (city.Length > 0 && Gazetteer.FindCity(known, city, choice.State ?? "") is null)
                Refuse($"city: '{city}' is not a city in our list."
                    + (Gazetteer.NearestCity(known, city, choice.State ?? "") is { } near ? $" Did you mean {near.Name}?" : ""));
        }
        choice.Network = network;
        if (network.Length > 0 && choice.KnownNetwork is null)
            Refuse($"network: '{network}' is not a network in our list. Use its number, such as AS7922.");
    }

    private void ReadSessions(EndpointChoice choice)
    {
        int? ttl = NumberOf("ttl", 0, EndpointChoice.MaxTtl), count = NumberOf("count", 1, EndpointChoice.MaxSessions);
        choice.Ttl = ttl ?? (count > 1 ? EndpointChoice.DefaultTtl : 0);
        choice.Sessions = count ?? DefaultCount;
        if (ttl == 0 && count > 1)
            Refuse("count: with ttl=0 each connection has another exit, and there is one line.");
        string strict = this["strict"].ToLowerInvariant();
        choice.Strict = strict == "true";
        if (strict is not ("" or "true" or "false"))
            Refuse("strict: say true or false.");
        else if (choice is { Strict: true, IsSticky: false })
            Refuse("strict: needs a ttl.");
    }

    private int? NumberOf(string name, int least, int most)
    {
        string text = this[name];
        if (text.Length == 0)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            && number <= most)
            return number;
        Refuse($"{name}: give a whole number from {least} to {most}.");
        return null;
    }

    private void RefuseBeyondPlan(EndpointChoice choice)
    {
        (string Name, bool IsAsked, TargetingFields Fields)[] asked =
        [
            ("country", choice.Country is not null, TargetingFields.Country),
            ("state", choice.State is not null, TargetingFields.State),
            ("city", choice.City is { Length: > 0 }, TargetingFields.City),
            ("network", choice.Network is { Length: > 0 }, TargetingFields.Asn),
        ];
        foreach (var (name, _, _) in asked.Where(each => each.IsAsked && !_rights.Include(each.Fields)))
            Refuse($"{name}: not in the plan of this account.");
        IsBeyondPlan = Problems.Count > 0;
    }
}
