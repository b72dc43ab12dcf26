using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// A descriptor kept back for the moment when there are no others: given up, it lets one client be told instead of left hanging.
/// </summary>
internal sealed class SpareDescriptor
{
    private int _fd = -1;

    public bool IsHeld => _fd >= 0;

    public void Hold()
    {
        if (_fd < 0)
            _fd = Libc.EventFd(0, Linux.EFD_CLOEXEC);
    }

    public void Release()
    {
        if (_fd >= 0)
            Libc.Close(_fd);
        _fd = -1;
    }
}
