using System.Net;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Grammars;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Admission;

/// <summary>Who asks: a proxy user and what it asks for, or a refusal.</summary>
internal readonly record struct Authentication(UserEntry? Entry, Targeting Targeting, Refusal Refusal)
{
    public static Authentication Refused(ConnectionOutcome outcome, string? detail = null) =>
        new(null, Targeting.None, new Refusal(outcome, detail));
}

/// <summary>A request that may go on.</summary>
internal sealed record Admission(UserEntry Entry, Targeting Targeting)
{
    public ProxyUser User => Entry.User;
}

/// <summary>An <see cref="Admission"/>, or a <see cref="Refusal"/>.</summary>
internal readonly record struct AdmissionResult(Admission? Admission, Refusal Refusal)
{
    public static implicit operator AdmissionResult(Admission admission) => new(admission, default);

    public static implicit operator AdmissionResult(Refusal refusal) => new(null, refusal);
}

/// <summary>Step 4: who asks, may they, and may they go there. Never waits for a database.</summary>
internal sealed class AdmissionControl(LiveSnapshot live, AddressGuard guard, DestinationPolicy policy, TimeProvider time)
{
    /// <summary>
    /// A refusal for wrong credentials leaves this long after they were read, whatever was found out on the way: time tells
    /// nothing, and guessing is slow. Longer than one PBKDF2 verification (about 150 ms at 600 000 iterations).
    /// </summary>
    public static readonly TimeSpan WrongCredentialsDelay = TimeSpan.FromMilliseconds(300);

    private static readonly SecretVerifier Nobody = GeneratedSecretVerifier.Of("");

    private readonly SlowVerification _slow = new(time);

    /// <summary>Finds out who asks. Continues on the client's loop.</summary>
    public LoopTask<Authentication> AuthenticateAsync(ClientConnection client, Credentials? credentials)
    {
        var owner = client.Port.Owner;
        if (credentials is null or { Username.Length: 0, Password.Length: 0 })
            return new((client.Asker = FindBySource(client)) is { } allowed
                ? new Authentication(allowed, owner?.Targeting ?? Targeting.None, default)
                : Authentication.Refused(ConnectionOutcome.CredentialsMissing));

        var username = UsernameParser.Parse(credentials.Username);
        // On a port that is somebody's, nobody else is known.
        var entry = owner is null || owner.UserName == username.Name ? live.Snapshot.FindEntry(username.Name) : null;
        client.Asker = entry;
        if (SecretIsEmpty(credentials.Password) && FindWithoutSecret(client, entry, username) is { } known)
        {
            client.Asker = known;
            if (known != entry)
                return new(new Authentication(known, owner?.Targeting ?? Targeting.None, default));
            if (credentials.Password.Length > 0)
                username = UsernameParser.WithPassword(username, credentials.Password);
            return new(Conclude(known, username, owner));
        }
        // An unknown user costs the same as a wrong password.
        var verifier = entry?.User.Secret ?? Nobody;
        // Both are always tried, whatever the first one gives: see IpRoyalGrammar.SecretLength.
        int secretLength = IpRoyalGrammar.SecretLength(credentials.Password);
        bool whole = IsRight(entry, verifier, credentials.Password);
        bool secret = secretLength >= 0 && IsRight(entry, verifier, credentials.Password.AsSpan(0, secretLength));
        if (entry is not null && (whole || secret))
            return new(Conclude(entry, whole
                ? username
                : UsernameParser.WithPassword(username, credentials.Password.AsSpan(secretLength)), owner));
        return RefuseLateAsync(client, verifier.IsSlow ? entry : null, username, credentials.Password, secretLength);
    }

    private static bool SecretIsEmpty(byte[] password) => password.Length == 0 || IpRoyalGrammar.SecretLength(password) == 0;

    /// <summary>
    /// Who a client is whose username comes with an empty password: its address must be proof enough. A name that nobody has, and
    /// that asks for nothing, is not meant for us: Java gives that of its system's account when it has none.
    /// </summary>
    private UserEntry? FindWithoutSecret(ClientConnection client, UserEntry? named, ParsedUsername username)
    {
        if (named is null)
            return username.Targeting == Targeting.None ? FindBySource(client) : null;
        return Allows(named.User, client) ? named : null;
    }

    private static bool Allows(ProxyUser user, ClientConnection client) =>
        user.AllowedSources.Any(network => network.Contains(client.Remote.Address));

    /// <summary>The user that this client is by its address alone, or null.</summary>
    public UserEntry? FindBySource(ClientConnection client)
    {
        var snapshot = live.Snapshot;
        if (client.Port.Owner is not { } owner)
            return snapshot.FindBySource(client.Remote.Address);
        var entry = snapshot.FindEntry(owner.UserName);
        return entry is not null && Allows(entry.User, client) ? entry : null;
    }

    /// <summary>Decides whether an authenticated client may go where it wants to, and counts it in.</summary>
    /// <param name="destination">Null when there is not one but one for each datagram.</param>
    public AdmissionResult Authorize(
        ClientConnection client, Authentication who, ClientDialects dialect, Destination? destination)
    {
        if (who.Entry is null)
            return who.Refusal;
        var routing = live.Routing;
        // The client may have taken its time since it was known: what counts is what its user is now, since from here on a change
        // finds it among the connections.
        if (Present(live.Snapshot, who.Entry, client.Stream?.KeyId) is not { } entry)
            return new Refusal(ConnectionOutcome.AccountSuspended);
        if (RefusalOf(entry.User.State) is { } state)
            return state;
        if (destination is not null && !guard.Permits(destination))
            return new Refusal(ConnectionOutcome.DestinationForbidden);
        if (destination is not null && policy.Forbid(live.Snapshot, entry.User, destination) is { } rule)
            return new Refusal(ConnectionOutcome.DestinationForbidden, rule, ProxyErrors.HttpRequestDenied);
        if (Lacking(routing, entry.User, dialect, who.Targeting) is { } lacking)
            return new Refusal(ConnectionOutcome.NotIncluded, lacking);
        if (client.Join(entry, routing.RightsOf(entry.User)) is { } refused)
            return new Refusal(refused);
        return new Admission(entry, who.Targeting);
    }

    /// <summary>Whether no rule forbids the user a destination.</summary>
    public bool Permits(ProxyUser user, Destination destination) => policy.Forbid(live.Snapshot, user, destination) is null;

    /// <summary>Whether no rule forbids the address that a name resolved to.</summary>
    public bool Permits(ProxyUser user, IPAddress address) => live.Snapshot.ForbidAddress(user, address) is null;

    /// <summary>A user as it is now; null when it, or its Shadowsocks key, is gone.</summary>
    public static UserEntry? Present(EngineSnapshot snapshot, UserEntry known, long? key) =>
        snapshot.FindEntry(known.User.Id) is { } entry && (key is not { } id || entry.User.HasShadowsocksKey(id)) ? entry : null;

    /// <summary>Null of a user that may open connections.</summary>
    public static Refusal? RefusalOf(ProxyUserState state) => state switch
    {
        ProxyUserState.Active => null,
        ProxyUserState.PlanEnded => new Refusal(ConnectionOutcome.SubscriptionEnded),
        ProxyUserState.Disabled or ProxyUserState.CustomerSuspended => new Refusal(ConnectionOutcome.AccountSuspended),
    };

    /// <summary>
    /// What is asked for and not bought, and the plan to buy for it, in plain ASCII; null when there is nothing.
    /// </summary>
    public static string? Lacking(RoutingTable routing, ProxyUser user, ClientDialects dialect, Targeting targeting)
    {
        var rights = routing.RightsOf(user);
        var asked = targeting.Fields & TargetingFields.Places;
        var lacking = asked & ~rights.Includes;
        bool speaks = (dialect & ~rights.Dialects) == 0;
        if (lacking == TargetingFields.None && speaks)
            return null;
        string what = (speaks ? lacking.ToString() : dialect.ToString()).ToLowerInvariant();
        return routing.PlanThatIncludes(asked, dialect) is { } plan
            ? $"{what}: plan {PlainText.Of(plan.Name)} includes it"
            : $"{what}: no plan includes it";
    }

    /// <summary>Who asks with a Shadowsocks key, which is proof enough.</summary>
    public static Authentication Identify(UserEntry entry, ShadowsocksKey key) =>
        Conclude(entry, UsernameParser.ParseTargeting(entry.User.Name, key.Targeting), owner: null);

    // What was right before is remembered. What is not, and is slow to verify, takes the slow way.
    private static bool IsRight(UserEntry? entry, SecretVerifier verifier, ReadOnlySpan<byte> secret)
    {
        if (entry is not null && entry.Activity.IsVerified(verifier, secret))
            return true;
        if (verifier.IsSlow || !verifier.Verify(secret))
            return false;
        entry?.Activity.Remember(verifier, secret);
        return true;
    }

    // The slow way: a secret that must be verified at length, or a wrong one.
    private async LoopTask<Authentication> RefuseLateAsync(
        ClientConnection client, UserEntry? toVerify, ParsedUsername username, byte[] password, int secretLength)
    {
        var loop = client.Home.Loop;
        long since = loop.Now;
        // The shorter one first, of which there is one for all sessions that are written behind it.
        bool? secret = secretLength < 0
            ? false
            : await _slow.VerifyAsync(toVerify, client.Remote.Address, password.AsMemory(0, secretLength));
        bool? whole = secret != false ? false : await _slow.VerifyAsync(toVerify, client.Remote.Address, password);
        await loop.SwitchTo();
        if (secret == true)
            return Conclude(toVerify!, UsernameParser.WithPassword(username, password.AsSpan(secretLength)), client.Port.Owner);
        if (whole == true)
            return Conclude(toVerify!, username, client.Port.Owner);
        var delay = secretLength < 0 ? WrongCredentialsDelay : 2 * WrongCredentialsDelay; // room for two verifications
        await LoopDelay.WaitAsync(loop, delay - TimeSpan.FromMilliseconds(loop.Now - since));
        return Authentication.Refused(secret is null || whole is null
            ? ConnectionOutcome.RateLimited
            : ConnectionOutcome.CredentialsWrong);
    }

    private static Authentication Conclude(UserEntry entry, ParsedUsername username, PortOwner? owner)
    {
        if (username.Problem is { } problem)
            return Authentication.Refused(ConnectionOutcome.UnknownTarget, problem);
        if (owner is null)
            return new Authentication(entry, username.Targeting, default);
        return username.Targeting == Targeting.None
            ? new Authentication(entry, owner.Targeting, default)
            : Authentication.Refused(ConnectionOutcome.UnknownTarget,
                "targeting: this port has its own"); // nothing is dropped silently
    }
}
