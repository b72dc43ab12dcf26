using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>Asks before something that cannot be taken back; the same address by POST does it.</summary>
/// <param name="Title">The question.</param>
/// <param name="Words">What will happen.</param>
/// <param name="Button">The deed, as a verb.</param>
/// <param name="Back">Where "Keep it" goes: a path of ours.</param>
internal sealed record Confirmation(Phrase Title, Phrase Words, Phrase Button, string Back);
