using System.Net;
using System.Text.Json;

namespace AtlanticProxy.ControlPlane.Audit;

public enum AuthorKind
{
    Staff,
    Customer,

    /// <summary>Nobody is signed in: a sign-up, a reset of a password.</summary>
    Visitor,

    CommandLine,
}

/// <summary>Who changes something.</summary>
/// <param name="Name">Email, or the system's user at the command line; empty for visitors.</param>
/// <param name="Action">The form or verb, without what was typed.</param>
public sealed record Author(AuthorKind Kind, string Name, string Action, long? UserId = null, IPAddress? Address = null)
{
    /// <summary>As the triggers of <c>Functions/audit_log.sql</c> read it.</summary>
    internal string ToJson() => JsonSerializer.Serialize(new
    {
        kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(Kind.ToString()), name = Name, action = Action, user = UserId,
        address = Address?.ToString(),
    });

    /// <summary>What <see cref="ToJson"/> wrote, for work that goes on after the request or command that started it.</summary>
    internal static Author OfJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        var author = document.RootElement;
        string kind = author.GetProperty("kind").GetString()!;
        return new Author(
            Enum.GetValues<AuthorKind>().Single(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == kind),
            author.GetProperty("name").GetString()!, author.GetProperty("action").GetString()!,
            author.GetProperty("user") is { ValueKind: JsonValueKind.Number } user ? user.GetInt64() : null,
            author.GetProperty("address").GetString() is { } address ? IPAddress.Parse(address) : null);
    }
}

/// <summary>
/// For whom the commands of one scope act. Without an author (jobs, nodes, payment gateways) the audit log notes nothing.
/// </summary>
public sealed class Authorship
{
    public Author? Author { get; set; }
}
