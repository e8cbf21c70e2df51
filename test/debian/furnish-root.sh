# Runs once in a new root.
useradd --create-home --shell /bin/bash admin
# What useradd leaves is a locked account, which sshd lets nobody into, whatever the key.
usermod --password '*' admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
localedef -i de_DE -f UTF-8 de_DE.UTF-8
# Each host has keys of its own.
rm -f /etc/ssh/ssh_host_*
# sudo makes it at the first use, which would look like a change.
touch /home/admin/.sudo_as_admin_successful
chown admin: /home/admin/.sudo_as_admin_successful
