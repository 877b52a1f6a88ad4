/**
 * Where root keeps what the database account must reach when the project lies in a closed home.
 * Not /tmp or /var/tmp: those are emptied by reboots and cleaners, and anybody may write there.
 */
export const systemFolder = '/var/lib/footfall';
