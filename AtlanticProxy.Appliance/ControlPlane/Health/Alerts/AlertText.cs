using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using Fluid;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>What there is to tell.</summary>
/// <param name="Since">When it began to fail; of what is restored: when it was.</param>
/// <param name="Brand">Whose appliance it is.</param>
/// <param name="Link">To the page of that check; empty while the portal has no name.</param>
internal sealed record AlertFacts(
    AlertNews News, HealthState State, string Node, string Check, string Words, DateTimeOffset Since, string Brand, string Link)
{
    /// <summary>Characters of what was found: services refuse longer messages (Telegram above 4096).</summary>
    private const int MaxWords = 1000;

    public static AlertFacts Of(AlertNews news, CheckLook look, SenderName from) => new(
        news, look.State, look.Node, look.Check, look.Words.Length <= MaxWords ? look.Words : $"{look.Words[..MaxWords]}…",
        news == AlertNews.Restored ? look.Since : look.FailingSince ?? look.Since, from.Brand,
        from.Portal.Length == 0 ? "" : $"{from.Portal}/admin/health/checks/{Uri.EscapeDataString(look.Check)}");

    /// <summary>Names an incident from its beginning to its end, apart from those of other appliances.</summary>
    public static string IncidentOf(CheckLook look, SenderName from) =>
        string.Join('/', new[]
        {
            from.Portal.Length == 0 ? from.Brand : new Uri(from.Portal).Host, look.OfCluster ? "" : look.Node, look.Check,
        }.Where(part => part.Length > 0));

    /// <summary>For a test that somebody asks for.</summary>
    public static AlertFacts Sample(string node, string brand, string link, DateTimeOffset at) =>
        new(AlertNews.Failure, HealthState.Degraded, node, "test", "This is a test: nothing is wrong.", at, brand, link);

    /// <summary>With all that a body must bear: for looking whether a template does.</summary>
    public static AlertFacts Nasty(DateTimeOffset at) => new(AlertNews.Failure, HealthState.Degraded, "node", "check",
        "a \"quoted\" \\ word,\nand a line", at, "brand", "https://example.com/");
}

/// <summary>Puts it into words, and into each service's form.</summary>
internal static class AlertText
{
    /// <summary>Fluid (Liquid): <c>json</c> writes a value with its quotes.</summary>
    public const string DefaultTemplate = """
        {"news": {{ news | json }}, "state": {{ state | json }}, "check": {{ check | json }}, "node": {{ node | json }},
         "summary": {{ summary | json }}, "words": {{ words | json }}, "since": {{ since | json }}, "link": {{ link | json }}}
        """;

    /// <summary>Far more than any body needs.</summary>
    private const int MaxSteps = 1000;

    /// <summary>PagerDuty's documentation: the summary has at most 1024 characters.</summary>
    private const int MaxSummary = 1024;

    private static readonly FluidParser Parser = new();
    private static readonly TemplateOptions Options = new() { MaxSteps = MaxSteps, StrictVariables = true };

    public static string Subject(AlertFacts facts) => $"{facts.Brand}: {Summary(facts)}";

    /// <summary>One line.</summary>
    public static string Summary(AlertFacts facts)
    {
        string summary = facts.News switch
        {
            AlertNews.Restored when facts.State != HealthState.Healthy =>
                $"{facts.Check} has improved to {StateOf(facts)} on {facts.Node}",
            AlertNews.Restored => $"{facts.Check} has recovered on {facts.Node}",
            AlertNews.Reminder => $"{facts.Check} is still {StateOf(facts)} on {facts.Node}",
            _ => $"{facts.Check} is {StateOf(facts)} on {facts.Node}",
        };
        return summary.Length <= MaxSummary ? summary : summary[..MaxSummary];
    }

    public static string Body(AlertFacts facts)
    {
        string since = facts.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] lines = [$"{Summary(facts)}, since {since}.", facts.Words, facts.Link];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    public static string Slack(AlertFacts facts) =>
        new JsonObject { ["text"] = $"*{Escaped(facts.Brand)}*: {Escaped(Body(facts))}" }.ToJsonString();

    /// <summary>Slack's documentation, "Escaping text": else a word of a failure could call everybody.</summary>
    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    public static string Telegram(AlertFacts facts, string chat) => new JsonObject
    {
        ["chat_id"] = chat, ["text"] = $"{facts.Brand}: {Body(facts)}", ["disable_web_page_preview"] = true,
    }.ToJsonString();

    /// <summary>An event of the Events API v2: what is restored resolves the incident that the failure opened.</summary>
    /// <param name="routingKey">Secret.</param>
    /// <param name="subject">What names the incident, the same from its beginning to its end.</param>
    public static string PagerDuty(AlertFacts facts, string routingKey, string subject) => new JsonObject
    {
        ["routing_key"] = routingKey,
        ["event_action"] = facts.News == AlertNews.Restored ? "resolve" : "trigger",
        ["dedup_key"] = subject,
        ["client"] = facts.Brand,
        ["client_url"] = facts.Link,
        ["payload"] = new JsonObject
        {
            ["summary"] = Summary(facts), ["source"] = facts.Node, ["component"] = facts.Check,
            ["severity"] = facts.State == HealthState.Unhealthy ? "critical" : "warning",
            ["timestamp"] = facts.Since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["custom_details"] = new JsonObject { ["words"] = facts.Words },
        },
    }.ToJsonString();

    /// <summary>The template filled in; refused where it cannot be, or makes no JSON.</summary>
    /// <param name="template">Empty: <see cref="DefaultTemplate"/>.</param>
    public static Result<string> Webhook(AlertFacts facts, string template)
    {
        if (!Parser.TryParse(template.Length == 0 ? DefaultTemplate : template, out var parsed, out string? error))
            return Refusal($"This cannot be filled in: {error}");
        var context = new TemplateContext(Options);
        foreach (var (name, value) in ValuesOf(facts))
            context.SetValue(name, value);
        try
        {
            string filled = parsed.Render(context, NullEncoder.Default);
            using var json = JsonDocument.Parse(filled);
            return filled;
        }
        catch (JsonException wrong)
        {
            return Refusal($"It makes no JSON: {wrong.Message}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or FluidException or ParseException)
        {
            return Refusal($"This cannot be filled in: {fault.Message} There are {string.Join(", ",
                ValuesOf(facts).Select(value => value.Name))}.");
        }
    }

    private static IEnumerable<(string Name, string Value)> ValuesOf(AlertFacts facts) =>
    [
        ("news", facts.News.ToString().ToLowerInvariant()), ("state", StateOf(facts)), ("check", facts.Check),
        ("node", facts.Node), ("summary", Summary(facts)), ("words", facts.Words),
        ("since", facts.Since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), ("brand", facts.Brand),
        ("link", facts.Link),
    ];

    private static string StateOf(AlertFacts facts) => facts.State.ToString().ToLowerInvariant();

    private static Error Refusal(string words) =>
        new(ErrorKind.Invalid, "alert.template_invalid", Phrase.Verbatim(words), "Template");
}
