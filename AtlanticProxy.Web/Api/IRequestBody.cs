namespace AtlanticProxy.Web.Api;

/// <summary>A body that is sent to us. Members may be left out, but for those marked as required; commands say what is wrong.</summary>
internal interface IRequestBody;
