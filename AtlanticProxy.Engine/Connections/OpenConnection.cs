using System.Net;

namespace AtlanticProxy.Engine.Connections;

/// <summary>One tunnel, request in plain HTTP, or association of datagrams that is carried now.</summary>
public sealed record OpenConnection
{
    /// <summary>Names it on this node while it is open, and nothing else ever after.</summary>
    public required long Id { get; init; }

    public required long ProxyUserId { get; init; }

    public required long CustomerId { get; init; }

    /// <summary>The proxy user's name.</summary>
    public required string ProxyUser { get; init; }

    public required IPAddress ClientAddress { get; init; }

    /// <summary>Where to, lower case; empty for datagrams, of which each has its own.</summary>
    public required string Host { get; init; }

    /// <summary>0 without a host.</summary>
    public required int Port { get; init; }

    public required long ProviderId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 of the exit that was asked for, lower case; empty for any.</summary>
    public required string Country { get; init; }

    /// <summary>Since its request was read.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Bytes from the client until now, as they are billed.</summary>
    public required long BytesUp { get; init; }

    /// <summary>Bytes to the client until now, as they are billed.</summary>
    public required long BytesDown { get; init; }

    /// <summary>Bytes a second in both directions together, since it was looked at before, or else since it began.</summary>
    public required long Speed { get; init; }
}

/// <summary>Which of what is carried. What is null does not narrow.</summary>
/// <param name="ProxyUser">The name, whole.</param>
/// <param name="Target">A part of the host, lower case.</param>
/// <param name="Country">As <see cref="OpenConnection.Country"/>.</param>
/// <param name="LongerThan">Open for at least as long.</param>
/// <param name="Ids">Of <see cref="OpenConnection.Id"/>.</param>
public sealed record OpenConnectionFilter(
    long? CustomerId = null, string? ProxyUser = null, string? Target = null, long? ProviderId = null, string? Country = null,
    TimeSpan? LongerThan = null, IReadOnlySet<long>? Ids = null)
{
    public static readonly OpenConnectionFilter All = new();

    internal bool Matches(in Carriage carriage, TimeSpan age) =>
        (CustomerId is not { } customer || carriage.Entry.User.CustomerId == customer)
        && (ProviderId is not { } provider || carriage.Counter.ProviderId == provider)
        && (Country is null || carriage.Counter.Country == Country)
        && (LongerThan is not { } least || age >= least)
        && (ProxyUser is null || carriage.Entry.User.Name == ProxyUser)
        && (Target is null || carriage.Destination?.Host.Contains(Target, StringComparison.Ordinal) == true)
        && Ids?.Contains(carriage.Number) != false;
}

/// <summary>Which come first.</summary>
public enum OpenConnectionOrder
{
    /// <summary>The fastest.</summary>
    Speed,

    /// <summary>The longest open.</summary>
    Age,
}

/// <summary>What is carried at one moment.</summary>
/// <param name="Items">The first of those that match.</param>
/// <param name="Matching">How many match.</param>
/// <param name="Total">How many there are.</param>
public sealed record OpenConnections(IReadOnlyList<OpenConnection> Items, int Matching, int Total);
