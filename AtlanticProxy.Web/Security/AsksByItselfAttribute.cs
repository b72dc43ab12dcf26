namespace AtlanticProxy.Web.Security;

/// <summary>An action that open pages call on their own, again and again: it does not prolong the session.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AsksByItselfAttribute : Attribute;
