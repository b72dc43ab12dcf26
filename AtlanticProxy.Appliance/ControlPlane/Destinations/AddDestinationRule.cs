using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Admission.Rules;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Forbids a destination to everybody or to one proxy user. Staff only.</summary>
public sealed class AddDestinationRule(AtlanticDb db, TimeProvider time)
{
    private const int MaxCategoryLength = 40;

    /// <param name="ProxyUserId">Null for everybody.</param>
    public sealed record Request(DestinationRuleKind Kind, string Value, long? ProxyUserId = null);

    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string value = request.Value.Trim().ToLowerInvariant();
        var validation = new Validation();
        validation.Require(IsValid(request.Kind, value), nameof(Request.Value), "rule.value_invalid", request.Kind switch
        {
            DestinationRuleKind.Port => "A port is a number from 1 to 65535.",
            DestinationRuleKind.Domain => "A domain is a name such as ads.example.com.",
            DestinationRuleKind.Suffix =>
            "A suffix is a name of at least two labels, such as example.com; it covers every name below it.",
            DestinationRuleKind.Category =>
            "A category is the name of a folder of block lists: small letters, digits, '-' and '_'.",
        });
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: of one that is deleted meanwhile, a rule would stay.
        if (request.ProxyUserId is { } id
            && await db.ProxyUsers.Where(u => u.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation) is null)
            return ProxyUserQueries.NoSuchProxyUser;

        var rule = new DestinationRule { ProxyUserId = request.ProxyUserId, Kind = request.Kind, Value = value,
            CreatedAt = time.GetUtcNow() };
        if (await db.InsertWithIdUnlessTakenAsync(rule, cancellation) is not { } ruleId)
            return new Error(ErrorKind.Conflict, "rule.exists", "There is such a rule already.", nameof(Request.Value));
        await transaction.CommitAsync(cancellation);
        return ruleId;
    }

    private static bool IsValid(DestinationRuleKind kind, string value) => kind switch
    {
        DestinationRuleKind.Port => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is >= 1 and <= ushort.MaxValue && value[0] != '0',
        DestinationRuleKind.Domain => DestinationRules.IsDomain(value),
        DestinationRuleKind.Suffix => DestinationRules.IsSuffix(value),
        DestinationRuleKind.Category =>
        value.Length is > 0 and <= MaxCategoryLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
    };
}
