namespace AtlanticProxy.Web.Api;

/// <summary>A body that the description of the API shows an example of.</summary>
internal interface IExample<TSelf> where TSelf : IExample<TSelf>
{
    static abstract TSelf Example { get; }
}

/// <summary>What examples have in common.</summary>
internal static class ExampleTime
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
}
