using System.Net;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ApiTokens;

/// <summary>Makes a token for the web API.</summary>
public sealed class CreateToken(AtlanticDb db, TimeProvider time)
{
    public const int MaxNameLength = 60;

    /// <summary>Of one owner: more are a program's that forgets its own.</summary>
    public const int MaxTokens = 50;

    public const int MaxNetworks = 50;

    /// <param name="Scopes">As <see cref="TokenScopes"/> spells them; at least one.</param>
    /// <param name="ExpiresAt">Null: never.</param>
    /// <param name="AllowedNetworks">Addresses or networks that it may be used from; empty: any.</param>
    public sealed record Request(
        TokenActor By, TokenKind Kind, string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt,
        IReadOnlyList<string> AllowedNetworks);

    public async Task<Result<CreatedToken>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (!MayMake(request.By, request.Kind))
            return new Error(ErrorKind.Forbidden, "token.kind_forbidden", "You cannot create a token of this kind.",
                nameof(Request.Kind));
        var now = time.GetUtcNow();
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl), nameof(Request.Name),
            "token.name_invalid", $"Give a name of at most {MaxNameLength} characters.");
        validation.Require(request.Scopes.Count > 0
            && request.Scopes.All(scope => TokenScopes.Find(scope) is { } known && TokenScopes.IsFor(known, request.Kind)),
            nameof(Request.Scopes), "token.scopes_invalid", "Choose at least one of the permissions offered.");
        validation.Require(request.ExpiresAt is null || request.ExpiresAt > now, nameof(Request.ExpiresAt),
            "token.expiry_past", "Choose a day after today, or leave it empty for no expiry.");
        var networks = NetworksOf(request.AllowedNetworks, validation);
        if (validation.Failed)
            return Result.Failure<CreatedToken>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        long? user = request.Kind == TokenKind.Service ? null : request.By.UserId;
        await db.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('api_tokens'))", cancellation); // they are counted
        var good = db.ApiTokens.Where(row => row.RevokedAt == null && row.Kind == request.Kind);
        good = user is { } owner
            ? good.Where(row => row.UserId == owner)
            : good.Where(row => row.CustomerId == request.By.CustomerId);
        if (await good.CountAsync(cancellation) >= MaxTokens)
            return new Error(ErrorKind.Conflict, "token.too_many",
                $"There are {MaxTokens} tokens already: revoke one first.");
        string token = TokenText.Next();
        long id = await db.InsertWithInt64IdentityAsync(new ApiToken
        {
            Kind = request.Kind, UserId = user, CustomerId = request.By.CustomerId, Name = name,
            Prefix = TokenText.PrefixOf(token), TokenHash = TokenText.HashOf(token), Scopes = [.. request.Scopes.Distinct()],
            AllowedNetworks = networks, CreatedAt = now, ExpiresAt = request.ExpiresAt,
        }, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreatedToken(id, name, token);
    }

    private static bool MayMake(TokenActor by, TokenKind kind) => kind switch
    {
        TokenKind.Personal => by.CustomerId is not null,
        TokenKind.Service => by is { CustomerId: not null, Leads: true },
        TokenKind.Staff => by.CustomerId is null,
    };

    private static IPNetwork[] NetworksOf(IReadOnlyList<string> typed, Validation validation)
    {
        validation.Require(typed.Count <= MaxNetworks, nameof(Request.AllowedNetworks), "token.too_many_networks",
            $"At most {MaxNetworks} networks.");
        var networks = new List<IPNetwork>();
        foreach (string text in typed.Take(MaxNetworks))
        {
            var network = NetworkText.Parse(text.Trim());
            validation.Require(network is not null, nameof(Request.AllowedNetworks), "token.network_invalid",
                $"'{text}' is not an address or network, such as 203.0.113.7 or 203.0.113.0/24 (no bits set beyond the "
                    + $"prefix).");
            if (network is { } valid && !networks.Contains(valid))
                networks.Add(valid);
        }
        return [.. networks];
    }
}
