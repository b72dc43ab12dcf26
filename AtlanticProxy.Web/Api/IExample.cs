namespace AtlanticProxy.Web.Api;

/// <summary>A body that the description of the API shows an example of.</summary>
internal interface IExample<TSelf> where TSelf : IExample<TSelf>
{
    static abstract TSelf Example { get; }
}
